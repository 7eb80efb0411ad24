/* What one plate or one pass of a printer made stands straight to the rest of it, as lines of type
 * (type_lines.c). Labels and addresses are printed on another machine's axes or on paper of their
 * own. Places to look at come from the 150-dpi page: ink in the colour of one of the elements
 * anywhere, any ink close to an element, clear of labels and of all that the template explains.
 * Only these are cropped at 300 dpi, where letters come apart. */
#include "classifier/extra_lines.h"

#include "classifier/ink.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define PAGE_PX_MM (MM_PER_INCH / SIDE_REDUCED_DPI)
#define PX_MM (MM_PER_INCH / FINE_DPI)
#define NEAR_MM 8.0      /* what is set with an element stands within two or three lines of it */
#define LOOK_MM 14.0     /* further, to see whether a line belongs to a block */
#define EXPLAINED_MM 0.8 /* around the template's print: stroke gain, place, doubled print */
#define LABEL_RIM_MM 1.5 /* a label's edge and shadow */
#define JOIN_MM 2.5      /* words of one line */
#define EDGE_MM 3.0      /* shadow and backing at the sheet's edge */
#define PLACES_MAX 12    /* looked at closely; a side with more is written all over */
#define PLACE_MARGIN_MM 0.5
#define LETTER_MIN_MM 0.9  /* x-height at 5 pt */
#define LETTER_MAX_MM 5.0  /* capitals at 20 pt */
#define COLOURED 0.05      /* sine of the angle to grey: 3 degrees, as dark blue or green has it */
#define SAME_INK 0.09      /* sine of the angle between two inks' absorption: 5 degrees */
#define SAME_INK_PIXEL 0.2 /* of one pixel: noise and rims turn it */
#define NEW_INK 0.05       /* less apart and it is the same ink */
#define INKS_MAX 8
#define FROM_GREY 0.6   /* and no more than this of the ink's own angle to grey */
#define SET_MM 0.5      /* two lines set to one edge */
#define SET_NEAR_MM 5.0 /* and below one another */
#define WANTED_INK 255  /* in the mask: of an element's colour, */
#define WANTED_NEAR 1   /* or only close to one; also their weights in choosing places */

/* What is looked at on one side. Masks are of the page as fed, at SIDE_REDUCED_DPI. */
struct look {
    const struct scan *scan;
    const struct placement *place;
    const struct side *side;
    enum side_name template_side, scan_side;
    const struct located *located;
    int n;                     /* of located */
    struct affine to_template; /* page mm -> template mm */
    struct image explained;    /* print of the template, labels: not looked at */
    struct image wanted;       /* ink that may be extra type */
    struct image places;       /* the same, joined to lines */
    double ink[INKS_MAX][3];   /* directions of the light that coloured inks take */
    int n_inks;
};

static void look_finish(struct look *look)
{
    image_finish(&look->explained);
    image_finish(&look->wanted);
    image_finish(&look->places);
}

static double sine_between(const double a[3], const double b[3])
{
    double dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    return sqrt(fmax(0, 1 - dot * dot));
}

/* Share of the paper's light that each level takes, by channel. */
struct light {
    double taken[3][256];
};

static struct light light_over(const double paper[3])
{
    struct light ret;
    for (int c = 0; c < 3; c++)
        for (int v = 0; v < 256; v++) /* scanners deliver sRGB */
            ret.taken[c][v] = fmax(0, 1 - pow(v / fmax(1, paper[c]), 2.2));
    return ret;
}

static bool normalise(double v[3])
{
    double length = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    for (int c = 0; c < 3 && length > 0; c++)
        v[c] /= length;
    return length > 0;
}

/* Direction of the light that ink under the mask takes together. */
static bool ink_direction(const struct image *rgb, const struct image *mask, const double paper[3],
                          double ret[3])
{
    struct light light = light_over(paper);
    ret[0] = ret[1] = ret[2] = 0;
    for (int y = 0; y < rgb->height; y++)
        for (int x = 0; x < rgb->width; x++)
            for (int c = 0; c < 3 && image_row(mask, y)[x]; c++)
                ret[c] += light.taken[c][image_row(rgb, y)[3 * x + c]];
    return normalise(ret);
}

/* Black and grey take light from all channels alike. */
static double sine_to_grey(const double direction[3])
{
    static const double grey[3] = {0.57735, 0.57735, 0.57735};
    return sine_between(direction, grey);
}

/* The colours of the template's print, from the light that its glyphs take. */
static void collect_inks(struct look *look, const struct glyphs *glyphs)
{
    for (int i = 0; i < look->n; i++)
        for (int k = 0; k < glyphs[i].n && look->n_inks < INKS_MAX; k++) {
            double *ink = look->ink[look->n_inks];
            memcpy(ink, glyphs[i].glyph[k].absorbed[0], sizeof look->ink[0]);
            bool known =
                !glyphs[i].glyph[k].has_colour || !normalise(ink) || sine_to_grey(ink) < COLOURED;
            for (int j = 0; j < look->n_inks && !known; j++)
                known = sine_between(ink, look->ink[j]) < NEW_INK;
            look->n_inks += !known;
        }
}

static bool is_element_ink(const struct look *look, const double light[3], double reach)
{
    for (int i = 0; i < look->n_inks; i++)
        if (sine_between(light, look->ink[i]) < fmin(reach, FROM_GREY * sine_to_grey(look->ink[i])))
            return true;
    return false;
}

static struct cv_pixel page_pixel(const double mm[2])
{
    return (struct cv_pixel){(int)lround(mm[0] / PAGE_PX_MM), (int)lround(mm[1] / PAGE_PX_MM)};
}

/* A rectangle of the element, in its mm, as a polygon on the page. */
static bool fill_part(struct image *mask, const struct affine *to_page, double x, double y,
                      double w, double h, struct err *err)
{
    struct cv_pixel corner[4];
    for (int k = 0; k < 4; k++) {
        double mm[2];
        affine_apply(to_page, x + (k == 1 || k == 2 ? w : 0), y + (k >= 2 ? h : 0), mm);
        corner[k] = page_pixel(mm);
    }
    return cv_fill_polygon(mask, corner, 4, 255, err);
}

/* The element's print where it was found, else its whole place. */
static bool explain(struct look *look, const struct located *located, struct err *err)
{
    const struct image *mask = &located->element->fine_mask;
    if (located->state != ELEMENT_FOUND)
        return fill_part(&look->explained, &located->to_page, 0, 0,
                         located->element->data->box_mm[2], located->element->data->box_mm[3], err);
    for (int y = 0; y < mask->height; y++)
        for (int x = 0; x < mask->width; x++) {
            double mm[2];
            if (!image_row(mask, y)[x])
                continue;
            affine_apply(&located->to_page, (x + 0.5) * PX_MM, (y + 0.5) * PX_MM, mm);
            int u = (int)(mm[0] / PAGE_PX_MM), v = (int)(mm[1] / PAGE_PX_MM);
            if (u >= 0 && v >= 0 && u < look->explained.width && v < look->explained.height)
                image_row(&look->explained, v)[u] = 255;
        }
    return true;
}

static bool grow(struct image *mask, double mm, struct err *err)
{
    struct image grown = {0};
    int size = 2 * (int)lround(mm / PAGE_PX_MM) + 1;
    if (!cv_morph(mask, CV_MORPH_OP_DILATE, CV_MORPH_BOX, size, size, &grown, err))
        return false;
    image_finish(mask);
    *mask = grown;
    return true;
}

static bool make_explained(struct look *look, const struct side_patches *patches, struct err *err)
{
    const struct image *page = &look->side->reduced;
    bool ok = image_create(&look->explained, page->width, page->height, 1, err);
    for (int i = 0; ok && i < look->n; i++)
        if (look->located[i].element->data->side == look->template_side)
            ok = explain(look, &look->located[i], err);
    ok = ok && grow(&look->explained, EXPLAINED_MM, err);
    for (int i = 0; ok && i < patches->n; i++) {
        struct patch larger = patches->patch[i];
        double middle[2] = {larger.box_mm[0] + larger.box_mm[2] / 2,
                            larger.box_mm[1] + larger.box_mm[3] / 2};
        struct cv_pixel corner[4];
        for (int k = 0; k < 4; k++) {
            double mm[2];
            for (int c = 0; c < 2; c++)
                mm[c] = larger.corner_mm[k][c] +
                        copysign(LABEL_RIM_MM, larger.corner_mm[k][c] - middle[c]);
            corner[k] = page_pixel(mm);
        }
        ok = cv_fill_polygon(&look->explained, corner, 4, 255, err);
    }
    return ok;
}

/* Ink that is not explained: any around the elements, of an element's colour anywhere. */
static bool make_wanted(struct look *look, struct err *err)
{
    const struct image *page = &look->side->reduced,
                       *strength = &look->scan->strength[look->scan_side];
    struct light light = light_over(look->side->paper_rgb);
    struct image around = {0};
    bool ok = image_create(&around, page->width, page->height, 1, err) &&
              image_create(&look->wanted, page->width, page->height, 1, err);
    for (int i = 0; ok && i < look->n; i++) {
        const struct located *located = &look->located[i];
        const double *box = located->element->data->box_mm;
        if (located->state == ELEMENT_FOUND && located->scan_side == look->scan_side)
            ok = fill_part(&around, &located->to_page, -LOOK_MM, -LOOK_MM, box[2] + 2 * LOOK_MM,
                           box[3] + 2 * LOOK_MM, err);
    }
    int edge = (int)lround(EDGE_MM / PAGE_PX_MM);
    for (int y = edge; ok && y < page->height - edge; y++)
        for (int x = edge; x < page->width - edge; x++) {
            double direction[3];
            if (image_row(strength, y)[x] < INK_MIN_STRENGTH || image_row(&look->explained, y)[x])
                continue;
            for (int c = 0; c < 3; c++)
                direction[c] = light.taken[c][image_row(page, y)[3 * x + c]];
            if (normalise(direction) && is_element_ink(look, direction, SAME_INK_PIXEL))
                image_row(&look->wanted, y)[x] = WANTED_INK;
            else if (image_row(&around, y)[x])
                image_row(&look->wanted, y)[x] = WANTED_NEAR;
        }
    image_finish(&around);
    return ok;
}

static bool make_places(struct look *look, struct err *err)
{
    int size = (int)lround(JOIN_MM / PAGE_PX_MM);
    bool lying = look->place->turn[look->template_side] % 180 == 0;
    return cv_morph(&look->wanted, CV_MORPH_OP_CLOSE, CV_MORPH_BOX, lying ? size : 1,
                    lying ? 1 : size, &look->places, err);
}

/* Pieces of ink of a letter's size in a crop whose corner is at `origin`, from left to right. Those
 * that are not of the ink looked for are left out. */
static bool find_letters(const struct look *look, const struct image *ink, const double origin[2],
                         struct type_letter *ret, int *ret_n, struct err *err)
{
    struct cv_components found = {0};
    if (!cv_components_find(ink, 8, &found, err))
        return false;
    int n = 0;
    for (int k = 1; k < found.n && n < TYPE_LETTERS_MAX; k++) {
        const struct cv_component *c = &found.component[k];
        struct type_letter letter = {.x = c->x * PX_MM + origin[0],
                                     .y = c->y * PX_MM + origin[1],
                                     .w = c->w * PX_MM,
                                     .h = c->h * PX_MM};
        double mm[2];
        affine_apply(&look->place->page[look->template_side], letter.x + letter.w / 2,
                     letter.y + letter.h / 2, mm);
        struct cv_pixel at = page_pixel(mm);
        bool wanted = at.x >= 0 && at.y >= 0 && at.x < look->places.width &&
                      at.y < look->places.height && !image_row(&look->explained, at.y)[at.x];
        if (wanted && letter.h >= LETTER_MIN_MM && letter.h <= LETTER_MAX_MM &&
            letter.w <= 4 * letter.h)
            ret[n++] = letter;
    }
    cv_components_finish(&found);
    *ret_n = n;
    return true;
}

/* ---- what ties a line to the elements ---- */

static double gap_between(const double a[4], const double b[4])
{
    double dx = fmax(0, fmax(b[0] - a[0] - a[2], a[0] - b[0] - b[2]));
    double dy = fmax(0, fmax(b[1] - a[1] - a[3], a[1] - b[1] - b[3]));
    return hypot(dx, dy);
}

/* Box of the element's ink on the template's page; false without ink. */
static bool ink_box(const struct element_model *element, double ret[4])
{
    int px[4];
    if (!mask_box(&element->fine_mask, px))
        return false;
    for (int c = 0; c < 4; c++)
        ret[c] = px[c] * PX_MM + (c < 2 ? element->data->box_mm[c] : 0);
    return true;
}

/* Begins, ends or is centred as the element's print, above or below it. */
static bool is_set_with(const double line[4], const double ink[4])
{
    double left = line[0] - ink[0], right = line[0] + line[2] - ink[0] - ink[2];
    return line[1] < ink[1] + ink[3] + SET_NEAR_MM && line[1] + line[3] > ink[1] - SET_NEAR_MM &&
           (fabs(left) < SET_MM || fabs(right) < SET_MM || fabs(left + right) < 2 * SET_MM);
}

static void tie(const struct look *look, struct extra_line *line)
{
    for (int i = 0; i < look->n; i++) {
        const struct located *located = &look->located[i];
        double ink[4];
        if (located->state != ELEMENT_FOUND || located->scan_side != look->scan_side ||
            !ink_box(located->element, ink))
            continue;
        line->near |= gap_between(line->type.box_mm, ink) <= NEAR_MM;
        line->set_with |= is_set_with(line->type.box_mm, ink);
    }
}

/* Looks at one place, a box in pixels of the page, at 300 dpi along the template's axes. */
static bool look_closely(const struct look *look, const struct cv_component *at,
                         struct extra_line *ret, int *n, struct err *err)
{
    double low[2] = {1e9, 1e9}, high[2] = {-1e9, -1e9}, direction[3];
    for (int k = 0; k < 4; k++) {
        double mm[2];
        affine_apply(&look->to_template, (at->x + (k & 1 ? at->w : 0)) * PAGE_PX_MM,
                     (at->y + (k & 2 ? at->h : 0)) * PAGE_PX_MM, mm);
        for (int c = 0; c < 2; c++) {
            low[c] = fmin(low[c], mm[c] - PLACE_MARGIN_MM);
            high[c] = fmax(high[c], mm[c] + PLACE_MARGIN_MM);
        }
    }
    if (high[0] - low[0] < TYPE_LENGTH_MIN_MM || high[1] - low[1] < LETTER_MIN_MM)
        return true;
    struct affine shift = affine_identity();
    shift.m[2] = low[0];
    shift.m[5] = low[1];
    struct affine to_page = affine_multiply(&look->place->page[look->template_side], &shift);
    struct image rgb = {0}, strength = {0}, ink = {0};
    struct type_letter *letter = calloc(TYPE_LETTERS_MAX, sizeof *letter);
    int letters = 0;
    bool ok =
        (letter || err_set(err, "out of memory while looking for extra print")) &&
        side_crop(look->side, &to_page, high[0] - low[0], high[1] - low[1], FINE_DPI, &rgb, err) &&
        ink_strength(&rgb, look->side->paper_rgb, &strength, err);
    double level = ok ? image_percentile(&strength, NULL, 0.99) : 0; /* the darkest of a line */
    ok = ok && cv_threshold(&strength, fmax(INK_MIN_STRENGTH, 0.4 * level), false, &ink, err) &&
         find_letters(look, &ink, low, letter, &letters, err);
    struct type_line line[TYPE_LINES_MAX];
    int lines = ok ? type_lines_find(letter, letters, line, EXTRA_LINES_MAX - *n) : 0;
    bool same_ink = lines && ink_direction(&rgb, &ink, look->side->paper_rgb, direction) &&
                    is_element_ink(look, direction, SAME_INK);
    for (int i = 0; i < lines; i++) {
        ret[*n] = (struct extra_line){.type = line[i], .same_ink = same_ink};
        tie(look, &ret[(*n)++]);
    }
    free(letter);
    image_finish(&rgb);
    image_finish(&strength);
    image_finish(&ink);
    return ok;
}

struct place_score {
    const struct cv_component *at;
    double score;
};

static int by_score(const void *a, const void *b)
{
    double x = ((const struct place_score *)a)->score, y = ((const struct place_score *)b)->score;
    return (x < y) - (x > y);
}

/* The places that promise most first: in an element's ink, and large. */
static bool rank_places(const struct look *look, const struct cv_components *found,
                        struct place_score **ret, struct err *err)
{
    struct place_score *place = calloc((size_t)found->n, sizeof *place);
    if (!place)
        return err_set(err, "out of memory while looking for extra print");
    for (int k = 0; k < found->n; k++)
        place[k].at = &found->component[k];
    size_t all = (size_t)found->width * (size_t)found->height;
    for (size_t i = 0; i < all; i++)
        if (found->label[i])
            place[found->label[i]].score += look->wanted.data[i];
    qsort(place, (size_t)found->n, sizeof *place, by_score);
    *ret = place;
    return true;
}

bool extra_lines_find(const struct scan *scan, const struct placement *place,
                      const struct side_patches patches[SIDE_COUNT], const struct located *located,
                      const struct glyphs *glyphs, enum side_name side, struct extra_line *ret,
                      int *ret_n, struct err *err)
{
    struct look look = {.scan = scan,
                        .place = place,
                        .template_side = side,
                        .scan_side = place->scan_side[side],
                        .located = located,
                        .n = place->model->data.n_elements};
    look.side = &scan->side[look.scan_side];
    struct cv_components found = {0};
    int n = 0;
    bool ok = affine_invert(&place->page[side], &look.to_template) ||
              err_set(err, "a placement is degenerate");
    collect_inks(&look, glyphs);
    ok = ok && make_explained(&look, &patches[look.scan_side], err) && make_wanted(&look, err) &&
         make_places(&look, err) && cv_components_find(&look.places, 8, &found, err);
    struct place_score *ranked = NULL;
    ok = ok && rank_places(&look, &found, &ranked, err);
    for (int k = 0; ok && k < found.n && k < PLACES_MAX && ranked[k].score > 0; k++)
        ok = look_closely(&look, ranked[k].at, ret, &n, err);
    free(ranked);
    if (ok) {
        struct type_line line[EXTRA_LINES_MAX];
        for (int i = 0; i < n; i++)
            line[i] = ret[i].type;
        type_lines_blocks(line, n);
        for (int i = 0; i < n; i++)
            ret[i].type.block = line[i].block;
        *ret_n = n;
    }
    cv_components_finish(&found);
    look_finish(&look);
    return ok;
}
