/* Hue of the ink of thin print. A stroke of 0.2 mm has no solid core that a scanner could see, but
 * the light that it takes from its ground is a sum that blur, screens and misregister leave as it
 * is (glyph_ink.c). Its direction in R, G, B is the ink's colour at the amount of ink that lies
 * there; scaled to the template's amount, so that heavier print is no other colour, and to the
 * density of the template's darkest pixels, the two are compared as CIEDE2000, glyph by glyph. The
 * value is the upper quartile, so that one of two colours of a logo can be the wrong one. Offset
 * inks drift by 1-3 units, process colours in place of a spot colour miss by 3-8, another colour by
 * 10 and more. Black is black: only glyphs of the same amount of ink are compared in hue. Grey
 * scans have none. Detail: L*, a*, b* seen less genuine of the median glyph; glyphs. */
#include "classifier/check.h"
#include "classifier/colour.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define GLYPHS_MIN 3
#define QUARTILE 0.75
#define LAID_NCC 0.8    /* another shape stands there: its share of each ink is another */
#define DARKEST 0.98    /* quantile of strength under the mask: as dark as the ink gets */
#define LEAST_LIGHT 10  /* px of full ink: less is noise */
#define LEAST_SHARE 0.4 /* of the template's light: less, and most of the ink is gone */

static bool usable(const struct glyph *glyph)
{
    double sum[2];
    for (int i = 0; i < 2; i++)
        sum[i] = sqrt(pow(glyph->absorbed[i][0], 2) + pow(glyph->absorbed[i][1], 2) +
                      pow(glyph->absorbed[i][2], 2));
    return glyph->has_colour && glyph->open >= GLYPH_OPEN_MIN && !glyph->crossed &&
           !glyph->through && glyph->ncc >= LAID_NCC && sum[0] >= LEAST_LIGHT &&
           sum[1] >= LEAST_SHARE * sum[0];
}

/* L*a*b* of ink whose strongest channel absorbs `density`, in the direction of the light taken, at
 * the length of `like`. */
static void lab_of_ink(const double light[3], const double like[3], double density, double ret[3])
{
    double strongest = fmax(like[0], fmax(like[1], like[2])), ours = 0, theirs = 0, rgb[3];
    for (int c = 0; c < 3; c++) {
        ours += light[c] * light[c];
        theirs += like[c] * like[c];
    }
    for (int c = 0; c < 3; c++)
        rgb[c] = fmax(0, 1 - light[c] * sqrt(theirs / ours) * density / strongest);
    lab_of_linear(rgb, ret);
}

/* How much of the paper's light the template's darkest print takes in its strongest channel. */
static double density_of(const struct element_model *element)
{
    double level = image_percentile(&element->fine, &element->fine_mask, DARKEST), paper = 1;
    for (int c = 0; c < 3; c++)
        paper = fmax(paper, element->paper_rgb[c]);
    return 1 - pow(fmax(0, 1 - level / paper), 2.2); /* as glyph_ink.c makes light of levels */
}

static bool run(const struct sheet_view *view, int i, struct check_value *ret, struct err *err)
{
    const struct located *located = &view->located[i];
    const struct glyphs *glyphs = &view->glyphs[i];
    ret->outcome = located->state == ELEMENT_OCCLUDED ? OUTCOME_OCCLUDED : OUTCOME_UNMEASURABLE;
    if (!glyphs->n || view->scan->side[located->scan_side].raw->channels == 1)
        return true;
    double *differs = calloc((size_t)glyphs->n * 4, sizeof *differs);
    if (!differs)
        return err_set(err, "out of memory while comparing colours");
    double *lab = differs + glyphs->n, density = density_of(located->element);
    int n = 0;
    for (int k = 0; k < glyphs->n; k++) {
        const struct glyph *glyph = &glyphs->glyph[k];
        double expected[3], seen[3];
        if (!usable(glyph))
            continue;
        lab_of_ink(glyph->absorbed[0], glyph->absorbed[0], density, expected);
        lab_of_ink(glyph->absorbed[1], glyph->absorbed[0], density, seen);
        differs[n] = ciede2000(expected, seen);
        for (int c = 0; c < 3; c++)
            lab[c * glyphs->n + n] = seen[c] - expected[c];
        n++;
    }
    if (n >= GLYPHS_MIN) {
        ret->outcome = OUTCOME_MEASURED;
        ret->value = quantile_of(differs, n, QUARTILE);
        ret->has_detail = true;
        for (int c = 0; c < 3; c++)
            ret->detail[c] = median_of(lab + c * glyphs->n, n);
        ret->detail[3] = n;
    }
    free(differs);
    return true;
}

/* 5: drift of inks and scanners, and process colours that come close. 1: two scans. */
const struct check check_ink_colour = {.name = "ink_colour",
                                       .measures = "hue of the ink of letters and drawings",
                                       .unit = "dE2000",
                                       .reason = "colour_differs",
                                       .kind = CHECK_CONTENT,
                                       .spoilt_by = FAULT_COMPRESSED | FAULT_FAINT | FAULT_BLURRED,
                                       .direction = HIGH_IS_STRANGE,
                                       .floor_sd = 1.0,
                                       .slack = 5.0,
                                       .run = run};
