#include "classifier/crops.h"

#include "imaging/codec.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREVIEW_QUALITY 88
#define CROP_DPI 300.0
#define CROP_MARGIN_MM 3.0 /* shows bare paper around, so that "nothing there" can be seen */
#define CLOSE_UP_MM 4.0    /* width of a picture of edges */
#define CLOSE_UP_HIGH_MM 2.4
#define CLOSE_UP_SCALE 6 /* screen pixels for one scanned pixel */
#define LABEL_MARGIN_MM 3.0
#define MM_PER_INCH 25.4

static bool crop_path(char ret[PATH_SIZE], const char *sheet_dir, const char *name, struct err *err)
{
    return path_join(ret, sheet_dir, CROPS_DIR, err) && path_join(ret, ret, name, err);
}

void box_upright(const struct side *side, int turn, const double fed_mm[4], double ret_mm[4])
{
    struct affine to_page = turn_to_page(turn, side->size_mm), upright;
    double a[2], b[2];
    if (!affine_invert(&to_page, &upright))
        upright = affine_identity();
    affine_apply(&upright, fed_mm[0], fed_mm[1], a);
    affine_apply(&upright, fed_mm[0] + fed_mm[2], fed_mm[1] + fed_mm[3], b);
    for (int k = 0; k < 2; k++) {
        ret_mm[k] = fmin(a[k], b[k]);
        ret_mm[k + 2] = fabs(a[k] - b[k]);
    }
}

bool crops_previews(const struct scan *scan, const int turn[SIDE_COUNT], const char *sheet_dir,
                    struct screening *screening, struct err *err)
{
    for (int s = 0; s < SIDE_COUNT; s++) {
        char path[PATH_SIZE], name[32];
        struct image upright = {0};
        if (!scan->has[s])
            continue;
        snprintf(name, sizeof name, "%s.jpg", side_names[s]);
        bool ok = crop_path(path, sheet_dir, name, err) &&
                  cv_turn(&scan->side[s].reduced, turn[s] / 90, &upright, err) &&
                  image_save_jpeg(path, &upright, PREVIEW_QUALITY, err);
        image_finish(&upright);
        if (!ok)
            return false;
        snprintf(screening->preview[s], sizeof screening->preview[s], "%s", name);
    }
    return true;
}

/* The template's picture on paper of its own colour, with the same margin as the crop beside it. */
static bool save_expected(const struct element_model *element, const char *path, struct err *err)
{
    int margin = (int)lround(CROP_MARGIN_MM * CROP_DPI / MM_PER_INCH);
    const struct image *in = &element->fine_rgb;
    struct image out = {0};
    if (!image_create(&out, in->width + 2 * margin, in->height + 2 * margin, 3, err))
        return false;
    for (int y = 0; y < out.height; y++)
        for (int x = 0; x < out.width; x++)
            for (int c = 0; c < 3; c++)
                image_row(&out, y)[3 * x + c] = (uint8_t)lround(element->paper_rgb[c]);
    for (int y = 0; y < in->height; y++)
        memcpy(image_row(&out, y + margin) + 3 * margin, image_row(in, y), 3 * (size_t)in->width);
    out.dpi_x = out.dpi_y = CROP_DPI;
    bool ok = image_save_png_small(path, &out, err);
    image_finish(&out);
    return ok;
}

static bool save_seen(const struct scan *scan, const struct located *located, const char *path,
                      struct err *err)
{
    const struct image *fine = &located->element->fine;
    struct affine grow = affine_identity();
    grow.m[2] = grow.m[5] = -CROP_MARGIN_MM;
    struct affine to_page = affine_multiply(&located->to_page, &grow);
    struct image crop = {0};
    bool ok = side_crop(&scan->side[located->scan_side], &to_page,
                        fine->width * MM_PER_INCH / FINE_DPI + 2 * CROP_MARGIN_MM,
                        fine->height * MM_PER_INCH / FINE_DPI + 2 * CROP_MARGIN_MM, CROP_DPI, &crop,
                        err) &&
              image_save_png_small(path, &crop, err);
    image_finish(&crop);
    return ok;
}

/* The window of CLOSE_UP_MM with the most rim of print in it: where edges show best. */
static void richest_window(const struct image *mask, int w, int h, int ret_xy[2])
{
    long best = -1;
    ret_xy[0] = ret_xy[1] = 0;
    for (int y = 0; y + h <= mask->height; y += h > 1 ? h / 2 : 1)
        for (int x = 0; x + w <= mask->width; x += w > 1 ? w / 2 : 1) {
            long rim = 0;
            for (int j = y; j < y + h; j++) {
                const uint8_t *row = image_row(mask, j);
                for (int i = x + 1; i < x + w; i++)
                    rim += (row[i] != 0) != (row[i - 1] != 0);
            }
            if (rim > best) {
                best = rim;
                ret_xy[0] = x;
                ret_xy[1] = y;
            }
        }
}

static bool save_close_up(const struct image *picture, const int xy[2], int w, int h,
                          const char *path, struct err *err)
{
    struct image view = image_view(picture, xy[0], xy[1], w, h), large = {0};
    bool ok = cv_resize(&view, view.width * CLOSE_UP_SCALE, view.height * CLOSE_UP_SCALE,
                        CV_INTERPOLATE_NEAREST, &large, err) &&
              image_save_png_small(path, &large, err);
    image_finish(&large);
    return ok;
}

static bool is_print_reading(const struct reading *reading)
{
    const struct check *check = check_find(reading->check);
    return check && check->kind == CHECK_PRINT && check != &check_colour;
}

/* Points every reading of an element to its pictures. */
static void name_crops(struct screening *screening, const char *element, bool print,
                       const char *expected, const char *seen)
{
    for (int i = 0; i < screening->n_readings; i++) {
        struct reading *reading = &screening->reading[i];
        if (strcmp(reading->element, element) != 0 || is_print_reading(reading) != print)
            continue;
        snprintf(reading->crop_expected, sizeof reading->crop_expected, "%s", expected);
        snprintf(reading->crop_seen, sizeof reading->crop_seen, "%s", seen);
    }
}

static bool crop_element(const struct measured *measured, int i, const char *sheet_dir,
                         struct screening *screening, struct err *err)
{
    const struct located *located = &measured->located[i];
    const struct element_model *element = located->element;
    const char *name = element->data->name;
    char expected[64], seen[64], path[PATH_SIZE];
    snprintf(expected, sizeof expected, "%s_expected.png", name);
    snprintf(seen, sizeof seen, "%s_seen.png", name);
    if (!crop_path(path, sheet_dir, expected, err) || !save_expected(element, path, err) ||
        !crop_path(path, sheet_dir, seen, err) ||
        !save_seen(measured->view.scan, located, path, err))
        return false;
    name_crops(screening, name, false, expected, seen);
    const struct print *print = &measured->print[i];
    if (!print->rgb.data)
        return true;
    int w = (int)lround(CLOSE_UP_MM * print->dpi / MM_PER_INCH), xy[2];
    int h = (int)lround(CLOSE_UP_HIGH_MM * print->dpi / MM_PER_INCH);
    w = w < element->mask.width ? w : element->mask.width;
    h = h < element->mask.height ? h : element->mask.height;
    richest_window(&element->mask, w, h, xy);
    snprintf(expected, sizeof expected, "%s_edges_expected.png", name);
    snprintf(seen, sizeof seen, "%s_edges_seen.png", name);
    if (!crop_path(path, sheet_dir, expected, err) ||
        !save_close_up(&element->picture, xy, w, h, path, err) ||
        !crop_path(path, sheet_dir, seen, err) || !save_close_up(&print->rgb, xy, w, h, path, err))
        return false;
    name_crops(screening, name, true, expected, seen);
    return true;
}

bool crops_elements(const struct measured *measured, const char *sheet_dir,
                    struct screening *screening, struct err *err)
{
    for (int i = 0; i < measured->view.place->model->data.n_elements; i++)
        if (measured->located[i].state != ELEMENT_NOT_SCANNED &&
            !crop_element(measured, i, sheet_dir, screening, err))
            return false;
    return true;
}

bool crops_return(const struct scan *scan, const int turn[SIDE_COUNT], const char *sheet_dir,
                  struct screening *screening, struct err *err)
{
    struct screening_return *returned = &screening->returned;
    char path[PATH_SIZE];
    if (!returned->has_box || !scan->has[returned->side])
        return true;
    double box[4];
    for (int k = 0; k < 2; k++) {
        box[k] = returned->box_mm[k] - LABEL_MARGIN_MM;
        box[k + 2] = returned->box_mm[k + 2] + 2 * LABEL_MARGIN_MM;
    }
    struct image crop = {0}, upright = {0};
    bool ok = side_crop_box(&scan->side[returned->side], box, CROP_DPI / 2, &crop, err) &&
              cv_turn(&crop, turn[returned->side] / 90, &upright, err) &&
              crop_path(path, sheet_dir, "return.png", err) &&
              image_save_png_small(path, &upright, err);
    image_finish(&crop);
    image_finish(&upright);
    if (ok)
        snprintf(returned->crop, sizeof returned->crop, "return.png");
    return ok;
}
