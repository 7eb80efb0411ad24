/* A scan that is printed again brings its own softness along: the printer screens the grey rim of
 * every letter and the cast of the paper, and what is measured is that screen, not the printer.
 * Whoever imitates an envelope well draws it again in flat colours; so does this. Paper becomes
 * white. What is ink: at least half as strong as the strongest nearby, which is where the edge of a
 * blurred stroke lies, thin or thick (the mean of many scans at twice their resolution: good to a
 * tenth of a pixel). Which ink: areas wider than the blur show its colour, and the rest of a letter
 * takes the ink of the area that it hangs on to; a letter of thin strokes alone is as pale as the
 * blur makes it, and takes the ink that it is a paler shade of. Gradients and photographs become
 * steps. */
#include "classifier/flat_inks.h"

#include "classifier/ink.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PRINT_DPI 1200.0 /* finer than office printers place their dots */
#define FACTOR_MAX 4
#define NEAR_MM 0.15       /* the blur of a scan, either side of an edge */
#define CORE_SHARE 0.9     /* of the strongest nearby: there the ink covers all */
#define INK_SHARE 0.5      /* of the strongest nearby: the edge */
#define SAME_INK_LEVELS 40 /* mottle and drift; two inks of one envelope differ by more */
#define PALE_SHARE 0.65    /* of its ink is left of a stroke of 0.1 mm after a blur of 0.05 mm */
#define PALE_OFF_LEVELS 20 /* of a paler shade from the line between paper and ink */
#define SPECK_MM2 0.01     /* smaller is dust, or lint of the paper */
#define COLOUR_LEAST 0.01  /* of all areas: less is the rim between two inks */
#define BINS 16            /* a channel, to find where colours gather */
#define BIN_LEVELS (256 / BINS)
#define NO_INK 255

/* What is worked on; all at the resolution of printing. */
struct plate {
    double dpi;
    const double *paper; /* RGB */
    struct image rgb;
    struct image strength;  /* distance from the paper's colour, levels */
    struct image strongest; /* of it nearby */
    struct image weakest;   /* likewise */
    struct image ink;       /* 255: printed */
    struct image label;     /* index of the ink, NO_INK */
};

/* Colours that were found, of full ink. */
struct palette {
    int n;
    double colour[FLAT_INKS_MAX][3];
};

static void plate_finish(struct plate *plate)
{
    image_finish(&plate->rgb);
    image_finish(&plate->strength);
    image_finish(&plate->strongest);
    image_finish(&plate->weakest);
    image_finish(&plate->ink);
    image_finish(&plate->label);
}

static bool plate_make(const struct element_model *element, int factor, struct plate *ret,
                       struct err *err)
{
    int w = element->picture.width * factor, h = element->picture.height * factor;
    ret->dpi = element->data->dpi * factor;
    ret->paper = element->paper_rgb;
    int reach = 2 * (int)lround(NEAR_MM * ret->dpi / 25.4) + 1;
    if (!cv_resize(&element->picture, w, h, CV_INTERPOLATE_CUBIC, &ret->rgb, err) ||
        !ink_strength(&ret->rgb, element->paper_rgb, &ret->strength, err) ||
        !cv_morph(&ret->strength, CV_MORPH_OP_DILATE, CV_MORPH_DISC, reach, reach, &ret->strongest,
                  err) ||
        !cv_morph(&ret->strength, CV_MORPH_OP_ERODE, CV_MORPH_DISC, reach, reach, &ret->weakest,
                  err) ||
        !image_create(&ret->ink, w, h, 1, err) || !image_create(&ret->label, w, h, 1, err))
        return false;
    memset(ret->label.data, NO_INK, ret->label.stride * (size_t)h);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            uint8_t strongest = image_row(&ret->strongest, y)[x];
            bool ink = strongest >= INK_MIN_STRENGTH &&
                       image_row(&ret->strength, y)[x] >= INK_SHARE * strongest;
            image_row(&ret->ink, y)[x] = ink ? 255 : 0;
        }
    return true;
}

static double distance(const double a[3], const double b[3])
{
    return sqrt(pow(a[0] - b[0], 2) + pow(a[1] - b[1], 2) + pow(a[2] - b[2], 2));
}

static void colour_at(const struct image *rgb, int x, int y, double ret[3])
{
    const uint8_t *pixel = image_row(rgb, y) + (size_t)x * 3;
    for (int c = 0; c < 3; c++)
        ret[c] = pixel[c];
}

/* In an area that is wider than the blur. */
static bool is_area(const struct plate *plate, int x, int y)
{
    uint8_t strongest = image_row(&plate->strongest, y)[x];
    return strongest >= INK_MIN_STRENGTH &&
           image_row(&plate->weakest, y)[x] >= CORE_SHARE * strongest;
}

static int nearest(const struct palette *palette, const double colour[3], double *ret_distance)
{
    int best = 0;
    *ret_distance = HUGE_VAL;
    for (int k = 0; k < palette->n; k++) {
        double d = distance(palette->colour[k], colour);
        if (d < *ret_distance) {
            *ret_distance = d;
            best = k;
        }
    }
    return best;
}

struct bin {
    uint32_t n;
    double sum[3];
};

/* The mean of the fullest bin among the areas that no colour of the palette explains; false when
 * hardly any are left. */
static bool next_colour(const struct plate *plate, struct bin *bin, struct palette *palette)
{
    uint32_t areas = 0, left = 0;
    const struct bin *fullest = bin;
    memset(bin, 0, BINS * BINS * BINS * sizeof *bin);
    for (int y = 0; y < plate->rgb.height; y++)
        for (int x = 0; x < plate->rgb.width; x++) {
            double colour[3], off;
            if (!is_area(plate, x, y))
                continue;
            areas++;
            colour_at(&plate->rgb, x, y, colour);
            nearest(palette, colour, &off);
            if (off <= SAME_INK_LEVELS)
                continue;
            struct bin *at =
                &bin[((int)colour[0] / BIN_LEVELS * BINS + (int)colour[1] / BIN_LEVELS) * BINS +
                     (int)colour[2] / BIN_LEVELS];
            left++;
            at->n++;
            for (int c = 0; c < 3; c++)
                at->sum[c] += colour[c];
            fullest = at->n > fullest->n ? at : fullest;
        }
    if (left == 0 || left < COLOUR_LEAST * areas)
        return false;
    for (int c = 0; c < 3; c++)
        palette->colour[palette->n][c] = fullest->sum[c] / fullest->n;
    palette->n++;
    return true;
}

static bool find_colours(const struct plate *plate, struct palette *ret, struct err *err)
{
    struct bin *bin = malloc(BINS * BINS * BINS * sizeof *bin);
    if (!bin)
        return err_set(err, "out of memory for a test print");
    ret->n = 0;
    while (ret->n < FLAT_INKS_MAX && next_colour(plate, bin, ret))
        ;
    free(bin);
    return true;
}

/* Areas take the nearest colour; the rest of the ink that of the neighbour it is reached from. */
static bool label_areas(struct plate *plate, const struct palette *palette, struct err *err)
{
    static const int step[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
    int w = plate->rgb.width, h = plate->rgb.height;
    size_t n = 0;
    int *queue = malloc((size_t)w * (size_t)h * sizeof *queue);
    if (!queue)
        return err_set(err, "out of memory for a test print");
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            double colour[3], off;
            if (palette->n == 0 || !is_area(plate, x, y))
                continue;
            colour_at(&plate->rgb, x, y, colour);
            image_row(&plate->label, y)[x] = (uint8_t)nearest(palette, colour, &off);
            queue[n++] = y * w + x;
        }
    for (size_t next = 0; next < n; next++) {
        int x = queue[next] % w, y = queue[next] / w;
        for (int k = 0; k < 4; k++) {
            int nx = x + step[k][0], ny = y + step[k][1];
            if (nx < 0 || ny < 0 || nx >= w || ny >= h || !image_row(&plate->ink, ny)[nx] ||
                image_row(&plate->label, ny)[nx] != NO_INK)
                continue;
            image_row(&plate->label, ny)[nx] = image_row(&plate->label, y)[x];
            queue[n++] = ny * w + nx;
        }
    }
    free(queue);
    return true;
}

/* Connected strokes without any area. */
struct strokes {
    int component, n;
    uint8_t strongest;
    double colour[3]; /* where they are strongest */
    int ink;          /* NO_INK: they are a speck */
};

static int strongest_first(const void *a, const void *b)
{
    return ((const struct strokes *)b)->strongest - ((const struct strokes *)a)->strongest;
}

/* The ink that a colour is, or is a paler shade of; -1. */
static int ink_of(const struct palette *palette, const double *paper, const double colour[3])
{
    double off;
    int best = nearest(palette, colour, &off);
    if (off <= SAME_INK_LEVELS)
        return best;
    best = -1;
    off = HUGE_VAL;
    for (int k = 0; k < palette->n; k++) {
        const double *full = palette->colour[k];
        double along = 0, length = 0, on_line[3];
        for (int c = 0; c < 3; c++) {
            along += (colour[c] - paper[c]) * (full[c] - paper[c]);
            length += pow(full[c] - paper[c], 2);
        }
        double share = along / fmax(length, 1);
        for (int c = 0; c < 3; c++)
            on_line[c] = paper[c] + share * (full[c] - paper[c]);
        if (share < PALE_SHARE || distance(colour, on_line) > PALE_OFF_LEVELS ||
            distance(colour, full) >= off)
            continue;
        off = distance(colour, full);
        best = k;
    }
    return best;
}

/* Colour of every component that bears no label yet, where it is strongest. */
static void measure_strokes(const struct plate *plate, const struct cv_components *parts,
                            struct strokes *strokes)
{
    int w = plate->rgb.width, h = plate->rgb.height;
    for (int k = 0; k < parts->n; k++)
        strokes[k] = (struct strokes){.component = k, .ink = NO_INK};
    for (int i = 0; i < w * h; i++) {
        struct strokes *of = &strokes[parts->label[i]];
        uint8_t strength = image_row(&plate->strength, i / w)[i % w];
        of->strongest = strength > of->strongest ? strength : of->strongest;
    }
    for (int i = 0; i < w * h; i++) {
        struct strokes *of = &strokes[parts->label[i]];
        double colour[3];
        if (image_row(&plate->strength, i / w)[i % w] < CORE_SHARE * of->strongest)
            continue;
        colour_at(&plate->rgb, i % w, i / w, colour);
        of->n++;
        for (int c = 0; c < 3; c++)
            of->colour[c] += (colour[c] - of->colour[c]) / of->n;
    }
}

/* The strongest come first: paler ones are shades of them. */
static void name_strokes(const struct plate *plate, const struct cv_components *parts,
                         struct strokes *strokes, struct palette *palette)
{
    double speck = SPECK_MM2 * pow(plate->dpi / 25.4, 2);
    qsort(strokes, (size_t)parts->n, sizeof *strokes, strongest_first);
    for (int i = 0; i < parts->n; i++) {
        struct strokes *of = &strokes[i];
        if (of->component == 0 || parts->component[of->component].area < speck)
            continue;
        int ink = ink_of(palette, plate->paper, of->colour);
        double off;
        if (ink < 0 && palette->n < FLAT_INKS_MAX) {
            ink = palette->n++;
            memcpy(palette->colour[ink], of->colour, sizeof of->colour);
        }
        of->ink = ink < 0 ? nearest(palette, of->colour, &off) : ink;
    }
}

static bool label_strokes(struct plate *plate, struct palette *palette, struct err *err)
{
    struct cv_components parts = {0};
    int w = plate->rgb.width, h = plate->rgb.height;
    for (int i = 0; i < w * h; i++) /* what bears a label is done */
        if (image_row(&plate->label, i / w)[i % w] != NO_INK)
            image_row(&plate->ink, i / w)[i % w] = 0;
    if (!cv_components_find(&plate->ink, 8, &parts, err))
        return false;
    struct strokes *strokes = malloc((size_t)parts.n * sizeof *strokes);
    uint8_t *ink = malloc((size_t)parts.n);
    bool ok = (strokes && ink) || err_set(err, "out of memory for a test print");
    if (ok) {
        measure_strokes(plate, &parts, strokes);
        name_strokes(plate, &parts, strokes, palette);
        for (int k = 0; k < parts.n; k++)
            ink[strokes[k].component] = (uint8_t)strokes[k].ink;
        for (int i = 0; i < w * h; i++)
            if (parts.label[i] > 0)
                image_row(&plate->label, i / w)[i % w] = ink[parts.label[i]];
    }
    free(strokes);
    free(ink);
    cv_components_finish(&parts);
    return ok;
}

/* The edge of a blurred stroke lies where the ink is half as strong as it is in full, which is more
 * than half of what a thin stroke reaches. */
static void trim_strokes(struct plate *plate, const struct palette *palette)
{
    for (int y = 0; y < plate->rgb.height; y++)
        for (int x = 0; x < plate->rgb.width; x++) {
            uint8_t *label = &image_row(&plate->label, y)[x];
            double full = 0, reached = image_row(&plate->strongest, y)[x];
            if (*label == NO_INK)
                continue;
            for (int c = 0; c < 3; c++)
                full = fmax(full, plate->paper[c] - palette->colour[*label][c]);
            if (image_row(&plate->strength, y)[x] < INK_SHARE * fmin(full, reached / PALE_SHARE))
                *label = NO_INK;
        }
}

static bool take_ink(const struct plate *plate, const double *colour, int k, struct flat_ink *ret,
                     struct err *err)
{
    if (!image_create(&ret->cover, plate->rgb.width, plate->rgb.height, 1, err))
        return false;
    for (int y = 0; y < plate->rgb.height; y++)
        for (int x = 0; x < plate->rgb.width; x++)
            image_row(&ret->cover, y)[x] = image_row(&plate->label, y)[x] == k ? 255 : 0;
    for (int c = 0; c < 3; c++)
        ret->rgb[c] = (uint8_t)lround(255 * colour[c] / fmax(1, fmax(plate->paper[c], colour[c])));
    return true;
}

bool flat_inks_of(const struct element_model *element, struct flat_inks *ret, struct err *err)
{
    struct plate plate = {.rgb = {0}};
    struct palette palette;
    struct flat_inks inks = {0};
    int factor = (int)fmin(FACTOR_MAX, fmax(1, round(PRINT_DPI / element->data->dpi)));
    bool ok = plate_make(element, factor, &plate, err) && find_colours(&plate, &palette, err) &&
              label_areas(&plate, &palette, err) && label_strokes(&plate, &palette, err);
    if (ok)
        trim_strokes(&plate, &palette);
    inks.dpi = element->data->dpi * factor;
    for (int k = 0; ok && k < palette.n; k++) {
        ok = take_ink(&plate, palette.colour[k], k, &inks.ink[k], err);
        inks.n += ok;
    }
    plate_finish(&plate);
    if (ok)
        *ret = inks;
    else
        flat_inks_finish(&inks);
    return ok;
}

void flat_inks_finish(struct flat_inks *inks)
{
    for (int k = 0; k < FLAT_INKS_MAX; k++)
        image_finish(&inks->ink[k].cover);
    inks->n = 0;
}
