#include "classifier/crops.h"

#include "classifier/dots_picture.h"
#include "classifier/print_pictures.h"
#include "imaging/codec.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Scanned pixels hold nothing for LZ77 to find: all is saved like masters, ten times faster. */
#define PREVIEW_QUALITY 88
#define CROP_DPI 300.0
#define CROP_MARGIN_MM 3.0 /* shows bare paper around, so that "nothing there" can be seen */
#define LABEL_MARGIN_MM 5.0
#define POSTMARK_MARGIN_MM 9.0 /* around its day: the ring shows */
#define RETURN_PICTURE "return.png"
#define DOTS_SCAN "dots_scan.png"
#define DOTS_SEEN "dots_seen.png"
#define MM_PER_INCH 25.4

static bool crop_path(char ret[PATH_SIZE], const char *sheet_dir, const char *name, struct err *err)
{
    return path_join(ret, sheet_dir, CROPS_DIR, err) && path_join(ret, ret, name, err);
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
    bool ok = image_save_png(path, &out, err);
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
              image_save_png(path, &crop, err);
    image_finish(&crop);
    return ok;
}

/* Points every reading of an element to the picture pair of all of it. */
static void name_crops(struct screening *screening, const char *element, const char *expected,
                       const char *seen)
{
    for (int i = 0; i < screening->n_readings; i++) {
        struct reading *reading = &screening->reading[i];
        if (strcmp(reading->element, element) != 0)
            continue;
        snprintf(reading->crop_expected, sizeof reading->crop_expected, "%s", expected);
        snprintf(reading->crop_seen, sizeof reading->crop_seen, "%s", seen);
    }
}

static bool crop_element(const struct measured *measured, int i, const char *sheet_dir,
                         struct screening *screening, struct err *err)
{
    const struct located *located = &measured->located[i];
    const char *name = located->element->data->name;
    char expected[64], seen[64], path[PATH_SIZE];
    snprintf(expected, sizeof expected, "%s_expected.png", name);
    snprintf(seen, sizeof seen, "%s_seen.png", name);
    if (!crop_path(path, sheet_dir, expected, err) || !save_expected(located->element, path, err) ||
        !crop_path(path, sheet_dir, seen, err) ||
        !save_seen(measured->view.scan, located, path, err))
        return false;
    name_crops(screening, name, expected, seen);
    return true;
}

/* Whether a reading of the element speaks against its print in that respect; it gives the check. */
static const struct check *contradicts(const struct reading *reading, const char *element,
                                       enum check_looks_at what)
{
    const struct check *check = check_find(reading->check);
    bool of_print = check && check->kind == CHECK_PRINT && check->looks_at == what;
    return of_print && reading->points == POINTS_IMITATION && strcmp(reading->element, element) == 0
               ? check
               : NULL;
}

static const struct check *strongest_against(const struct screening *screening, const char *element,
                                             enum check_looks_at what)
{
    const struct check *ret = NULL;
    double most = -1;
    for (int i = 0; i < screening->n_readings; i++) {
        const struct check *check = contradicts(&screening->reading[i], element, what);
        if (check && screening->reading[i].surprisal > most) {
            most = screening->reading[i].surprisal;
            ret = check;
        }
    }
    return ret;
}

/* What contradicts the element's print in one respect gets close-ups that show it. */
static bool crop_print(const struct measured *measured, int i, enum check_looks_at what,
                       const char *sheet_dir, struct screening *screening, struct err *err)
{
    const struct element_model *element = measured->located[i].element;
    const char *name = element->data->name;
    const char *suffix = what == LOOKS_AT_EDGES ? "edges" : "solids";
    const struct check *why = strongest_against(screening, name, what);
    struct print_pictures pictures;
    char expected[64], seen[64], path[PATH_SIZE];
    if (!why || !measured->print[i].rgb.data)
        return true;
    if (!print_pictures_make(&measured->print[i], why, &pictures, err))
        return false;
    snprintf(expected, sizeof expected, "%s_%s_expected.png", name, suffix);
    snprintf(seen, sizeof seen, "%s_%s_seen.png", name, suffix);
    bool shown = pictures.shows != CROP_ELEMENT;
    bool ok = !shown ||
              (crop_path(path, sheet_dir, expected, err) &&
               image_save_png(path, &pictures.genuine, err) &&
               crop_path(path, sheet_dir, seen, err) && image_save_png(path, &pictures.seen, err));
    for (int k = 0; ok && shown && k < screening->n_readings; k++) {
        struct reading *reading = &screening->reading[k];
        if (!contradicts(reading, name, what))
            continue;
        memcpy(reading->crop_expected, expected, sizeof reading->crop_expected);
        memcpy(reading->crop_seen, seen, sizeof reading->crop_seen);
        reading->crop_shows = pictures.shows;
        reading->expected_is_mean = !element->sample.data;
    }
    print_pictures_finish(&pictures);
    return ok;
}

bool crops_elements(const struct measured *measured, const char *sheet_dir,
                    struct screening *screening, struct err *err)
{
    for (int i = 0; i < measured->view.place->model->data.n_elements; i++)
        if (measured->located[i].state != ELEMENT_NOT_SCANNED &&
            !(crop_element(measured, i, sheet_dir, screening, err) &&
              crop_print(measured, i, LOOKS_AT_EDGES, sheet_dir, screening, err) &&
              crop_print(measured, i, LOOKS_AT_SOLIDS, sheet_dir, screening, err)))
            return false;
    return true;
}

bool crops_dots(const struct side *side, int turn, const struct tracking_dots *dots,
                const char *sheet_dir, struct screening *screening, struct err *err)
{
    char path[PATH_SIZE];
    struct dots_pictures pictures;
    if (dots->status != DOTS_DETECTED && dots->status != DOTS_DECODED)
        return true;
    if (!dots_picture_make(side, turn, dots, &pictures, err))
        return false;
    bool ok =
        crop_path(path, sheet_dir, DOTS_SCAN, err) && image_save_png(path, &pictures.scan, err) &&
        crop_path(path, sheet_dir, DOTS_SEEN, err) && image_save_png(path, &pictures.dots, err);
    dots_pictures_finish(&pictures);
    if (ok) {
        snprintf(screening->dots.crop_scan, sizeof screening->dots.crop_scan, DOTS_SCAN);
        snprintf(screening->dots.crop_dots, sizeof screening->dots.crop_dots, DOTS_SEEN);
    }
    return ok;
}

/* A place as the upright page has it, with some of what surrounds it. */
static bool crop_upright(const struct side *side, int turn, const double upright_mm[4],
                         double margin_mm, const char *path, struct err *err)
{
    struct image crop = {0}, upright = {0};
    double fed[4], box[4];
    box_fed(side, turn, upright_mm, fed);
    for (int k = 0; k < 2; k++) {
        box[k] = fed[k] - margin_mm;
        box[k + 2] = fed[k + 2] + 2 * margin_mm;
    }
    bool ok = side_crop_box(side, box, CROP_DPI / 2, &crop, err) &&
              cv_turn(&crop, turn / 90, &upright, err) && image_save_png(path, &upright, err);
    image_finish(&crop);
    image_finish(&upright);
    return ok;
}

bool crops_return(const struct scan *scan, const int turn[SIDE_COUNT], const char *sheet_dir,
                  struct screening *screening, struct err *err)
{
    struct screening_return *returned = &screening->returned;
    char path[PATH_SIZE];
    if (!returned->has_box || !scan->has[returned->side])
        return true;
    if (!crop_path(path, sheet_dir, RETURN_PICTURE, err) ||
        !crop_upright(&scan->side[returned->side], turn[returned->side], returned->box_mm,
                      LABEL_MARGIN_MM, path, err))
        return false;
    snprintf(returned->crop, sizeof returned->crop, RETURN_PICTURE);
    return true;
}

bool crops_journey(const struct scan *scan, const int turn[SIDE_COUNT], const char *sheet_dir,
                   struct screening *screening, struct err *err)
{
    for (int i = 0; i < screening->n_events; i++) {
        struct screening_event *event = &screening->event[i];
        const struct side *side = &scan->side[event->side];
        char path[PATH_SIZE], name[32];
        if (!event->has_box || !scan->has[event->side])
            continue;
        if (screening_event_by_label(event)) {
            memcpy(event->crop, screening->returned.crop, sizeof event->crop);
            continue;
        }
        bool postmark = strcmp(event->told_by, "postmark") == 0;
        double margin_mm = postmark ? POSTMARK_MARGIN_MM : LABEL_MARGIN_MM;
        snprintf(name, sizeof name, "journey_%d.png", i + 1);
        if (!crop_path(path, sheet_dir, name, err) ||
            !crop_upright(side, turn[event->side], event->box_mm, margin_mm, path, err))
            return false;
        snprintf(event->crop, sizeof event->crop, "%s", name);
    }
    return true;
}
