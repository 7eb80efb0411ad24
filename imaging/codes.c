/* Looking is cheap on the 150-dpi page and says where; reading is done on a piece of the raw pixels
 * at 300 dpi, turned so that its bars stand upright. So a code is found at any angle, and thin bars
 * are not lost. */
#include "imaging/codes.h"

#include "imaging/bar_places.h"
#include "imaging/code_list.h"
#include "imaging/four_state.h"
#include "imaging/opencv_c/opencv_c.h"
#include "imaging/sorting_bars.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define READ_DPI 300.0
#define SMOOTH_PX 0.8       /* sd, of the page that is looked at and of the pieces that are read */
#define ALONG_MARGIN_MM 8.0 /* quiet zone, and what the places lose of the outermost bars */
#define ACROSS_MARGIN_MM 1.5
#define MATRIX_MARGIN_MM 2.5
#define MATRIX_CANDIDATES 12
#define MATRIX_LINED 4        /* of these, places with lines of text; they come last */
#define MATRIX_PIECE_MS 110   /* time one candidate may take: a clean one takes 10, */
#define MATRIX_DOUBTFUL_MS 55 /* and one that is not filled well */
#define FOUR_STATE_ACROSS_MM                                                                       \
    18.0 /* of a place, several times what bars and a label's edge take                            \
          */
#define TILTS 9
#define TILT_STEP_DEG 0.4 /* the places' angle is known to about a degree */
#define SAME_MM 2.0       /* between the middles of one code found twice */

/* Hostile bytes to printable ASCII: text[i] as is, or \xNN. */
static void print_bytes(char *ret, size_t n, const unsigned char *bytes, size_t len)
{
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        char piece[5];
        if (bytes[i] >= 0x20 && bytes[i] < 0x7f && bytes[i] != '\\')
            snprintf(piece, sizeof piece, "%c", bytes[i]);
        else
            snprintf(piece, sizeof piece, "\\x%02x", bytes[i]);
        if (used + strlen(piece) >= n)
            break;
        strcpy(ret + used, piece);
        used += strlen(piece);
    }
    ret[used] = '\0';
}

static void box_on_page(const struct code_picture *picture, const double box_px[4], double ret[4])
{
    double low[2] = {HUGE_VAL, HUGE_VAL}, high[2] = {-HUGE_VAL, -HUGE_VAL};
    double mm_px = 25.4 / picture->grey.dpi_x;
    for (int corner = 0; corner < 4; corner++) {
        double at[2];
        affine_apply(&picture->to_page, (box_px[0] + (corner & 1 ? box_px[2] : 0)) * mm_px,
                     (box_px[1] + (corner & 2 ? box_px[3] : 0)) * mm_px, at);
        for (int k = 0; k < 2; k++) {
            low[k] = fmin(low[k], at[k]);
            high[k] = fmax(high[k], at[k]);
        }
    }
    for (int k = 0; k < 2; k++) {
        ret[k] = low[k];
        ret[2 + k] = high[k] - low[k];
    }
}

void code_list_add(struct code_list *list, const struct code_picture *picture,
                   const char *symbology, const void *bytes, size_t n, enum code_check check,
                   const double box_px[4])
{
    struct code_found found = {.check = check};
    snprintf(found.symbology, sizeof found.symbology, "%s", symbology);
    print_bytes(found.text, sizeof found.text, bytes, n);
    box_on_page(picture, box_px, found.box_mm);
    for (int i = 0; i < list->n; i++) {
        const struct code_found *known = &list->code[i];
        bool same =
            strcmp(known->symbology, found.symbology) == 0 && strcmp(known->text, found.text) == 0;
        for (int k = 0; k < 2 && same; k++)
            same = fabs(known->box_mm[k] + known->box_mm[2 + k] / 2 - found.box_mm[k] -
                        found.box_mm[2 + k] / 2) <=
                   SAME_MM + fmax(known->box_mm[2 + k], found.box_mm[2 + k]) / 2;
        if (same)
            return;
    }
    if (list->n < list->max)
        list->code[list->n++] = found;
}

/* A piece of the page at READ_DPI, grey and a little smoothed, turned about its middle. */
static bool cut(const struct side *side, const double centre_mm[2], const double size_mm[2],
                double angle_deg, struct code_picture *ret, struct err *err)
{
    double w = size_mm[0], h = size_mm[1];
    struct image colour = {0}, grey = {0};
    ret->to_page = affine_turned(centre_mm[0], centre_mm[1], w, h, angle_deg);
    bool fine = side_crop(side, &ret->to_page, w, h, READ_DPI, &colour, err) &&
                cv_grey(&colour, &grey, err) && cv_gauss(&grey, SMOOTH_PX, &ret->grey, err);
    ret->grey.dpi_x = ret->grey.dpi_y = READ_DPI;
    image_finish(&colour);
    image_finish(&grey);
    return fine;
}

static void take_four_state(const struct code_picture *picture, const struct four_state_bars *bars,
                            const struct four_state_text *text, struct code_list *list)
{
    static const enum code_check checks[] = {[FOUR_STATE_OK] = CODE_CHECK_OK,
                                             [FOUR_STATE_NO_CHECK] = CODE_CHECK_NONE,
                                             [FOUR_STATE_FAILED] = CODE_CHECK_FAILED};
    code_list_add(list, picture, text->symbology, text->text, strlen(text->text),
                  checks[text->check], bars->box_px);
}

/* Tries small turns, the middle one first: the bars' feet must stand on a line to be told apart. A
 * reading that fails its check stands only when no turn gives one that holds. */
static bool read_four_state(const struct side *side, const double centre_mm[2],
                            const double size_mm[2], double angle_deg, struct code_list *list,
                            struct err *err)
{
    struct four_state_text failed = {0};
    struct four_state_bars failed_bars = {0};
    struct code_picture failed_picture = {0};
    bool fine = true, done = false;
    for (int i = 0; i < TILTS && fine && !done; i++) {
        struct code_picture picture = {0};
        struct four_state_bars bars = {0};
        struct four_state_text text;
        double tilt = (i % 2 ? 1 : -1) * ((i + 1) / 2) * TILT_STEP_DEG;
        fine = cut(side, centre_mm, size_mm, angle_deg + tilt, &picture, err) &&
               four_state_bars_read(&picture.grey, &bars, err);
        if (fine && i == 0 && bars.n == 0)
            done = true; /* no such bars here */
        else if (fine && bars.n && !bars.doubtful && four_state_decode(bars.state, &text)) {
            done = text.check != FOUR_STATE_FAILED;
            if (done) {
                take_four_state(&picture, &bars, &text, list);
            } else {
                failed = text;
                failed_bars = bars;
                failed_picture.to_page = picture.to_page;
                failed_picture.grey.dpi_x = READ_DPI;
            }
        }
        image_finish(&picture.grey);
    }
    if (fine && !done && failed.symbology)
        take_four_state(&failed_picture, &failed_bars, &failed, list);
    return fine;
}

static bool read_bars(const struct side *side, const struct bar_place *place,
                      struct code_list *list, struct err *err)
{
    double mm_px = 25.4 / SIDE_REDUCED_DPI;
    double centre[2] = {place->centre_px[0] * mm_px, place->centre_px[1] * mm_px};
    double size[2] = {place->size_px[0] * mm_px + 2 * ALONG_MARGIN_MM,
                      place->size_px[1] * mm_px + 2 * ACROSS_MARGIN_MM};
    struct code_picture picture = {0};
    bool found = false;
    bool fine = cut(side, centre, size, place->angle_deg, &picture, err) &&
                code_bars_read(&picture, list, &found, err);
    image_finish(&picture.grey);
    if (fine && !found && size[1] <= FOUR_STATE_ACROSS_MM + 2 * ACROSS_MARGIN_MM)
        fine = read_four_state(side, centre, size, place->angle_deg, list, err);
    return fine;
}

static bool read_matrix(const struct side *side, const struct matrix_place *place, int deadline_ms,
                        struct code_list *list, struct err *err)
{
    double mm_px = 25.4 / SIDE_REDUCED_DPI;
    const double *box_px = place->box_px;
    double size[2] = {box_px[2] * mm_px + 2 * MATRIX_MARGIN_MM,
                      box_px[3] * mm_px + 2 * MATRIX_MARGIN_MM};
    double centre[2] = {(box_px[0] + box_px[2] / 2) * mm_px, (box_px[1] + box_px[3] / 2) * mm_px};
    struct code_picture picture = {0};
    bool fine = cut(side, centre, size, 0, &picture, err) &&
                code_matrix_read(&picture, deadline_ms, place->lined, list, err);
    image_finish(&picture.grey);
    return fine;
}

/* Noted, not decoded; the text says how many there are. */
static bool note_sorting_bars(const struct side *side, struct code_list *list, struct err *err)
{
    struct sorting_bars bars;
    if (!sorting_bars_find(side, &bars, err))
        return false;
    if (bars.n == 0 || list->n == list->max)
        return true;
    struct code_found *found = &list->code[list->n++];
    *found = (struct code_found){.symbology = "sorting_bars", .check = CODE_CHECK_NONE};
    snprintf(found->text, sizeof found->text, "%d", bars.n);
    memcpy(found->box_mm, bars.box_mm, sizeof found->box_mm);
    return true;
}

bool codes_read(const struct side *side, int deadline_ms, struct code_found *ret, int max,
                int *ret_n, struct err *err)
{
    struct code_list list = {.code = ret, .max = max};
    struct bar_place place[BAR_PLACES_MAX];
    double until_s = clock_mono_s() + deadline_ms / 1000.0;
    struct matrix_place matrix[MATRIX_CANDIDATES];
    struct image grey = {0}, smooth = {0};
    int n_bars = 0, n_boxes = 0;
    bool fine = cv_grey(&side->reduced, &grey, err) && cv_gauss(&grey, SMOOTH_PX, &smooth, err);
    smooth.dpi_x = smooth.dpi_y = SIDE_REDUCED_DPI;
    fine = fine && bar_places_find(&smooth, place, &n_bars, err) &&
           code_matrix_places(&smooth, matrix, MATRIX_CANDIDATES, &n_boxes, err);
    for (int i = 0; fine && i < n_bars && clock_mono_s() < until_s; i++)
        fine = read_bars(side, &place[i], &list, err);
    for (int i = 0, lined = 0; fine && i < n_boxes; i++) {
        lined += matrix[i].lined;
        if (lined > MATRIX_LINED)
            break;
        int left = (int)((until_s - clock_mono_s()) * 1000),
            limit = matrix[i].doubtful ? MATRIX_DOUBTFUL_MS : MATRIX_PIECE_MS;
        if (left <= 0)
            break;
        fine = read_matrix(side, &matrix[i], left < limit ? left : limit, &list, err);
    }
    fine = fine && note_sorting_bars(side, &list, err);
    image_finish(&smooth);
    image_finish(&grey);
    if (fine)
        *ret_n = list.n;
    return fine;
}
