/* A whole line correlates well with itself in which one letter was changed, and badly with itself
 * once the paper is creased; letters tell the two apart. The template's ink falls into pieces
 * (glyph_pieces.c); the template is made as soft as the scan (glyph_soften.c), each piece is laid
 * on the scan by itself (glyph_lay.c), compared there with a tolerance (glyph_compare.c), its ink
 * measured (glyph_ink.c) and its place set against the others' (glyph_fit.c). 300 dpi is enough for
 * all of it and costs about 2 ms an element. */
#include "classifier/glyph_parts.h"

#include "classifier/ink.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"
#include "schemas/base/fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BESIDE_COVER_MM 0.7 /* an edge is found to a few tenths of a millimetre */
#define ONLY_LOST 0.5       /* of ink that is lost with none added in its place */
#define ONLY_ADDED 0.33     /* likewise */
#define WIDE_LETTER 1.2     /* width over height of a wide one: M, W */
#define SAME_LETTER 0.04    /* of its ink may differ (wording.c); another letter differs by 0.12 */
#define GLYPHS_A_LETTER 0.5 /* letters that touch are one glyph */

static void describe(const struct pieces *p, int k, struct glyph *ret)
{
    const struct piece *piece = &p->piece[k];
    ret->box_mm[0] = piece->x0 * GLYPH_PX_MM;
    ret->box_mm[1] = piece->y0 * GLYPH_PX_MM;
    ret->box_mm[2] = (piece->x1 - piece->x0 + 1) * GLYPH_PX_MM;
    ret->box_mm[3] = (piece->y1 - piece->y0 + 1) * GLYPH_PX_MM;
    ret->ink_mm2 = piece->area * GLYPH_PX_MM2;
    ret->ncc = piece->ncc;
    for (int c = 0; c < 2; c++)
        ret->shift_mm[c] = piece->shift[c] * GLYPH_PX_MM;
}

static bool compare_all(struct pieces *p, struct glyphs *ret, struct err *err)
{
    struct glyph *glyph = calloc((size_t)p->n, sizeof *glyph);
    if (!glyph)
        return err_set(err, "out of memory while comparing letters");
    int n = 0;
    for (int k = 0; k < p->n; k++) {
        if (!p->piece[k].area)
            continue;
        piece_lay(p, k);
        describe(p, k, &glyph[n]);
        piece_ink(p, k, &glyph[n]);
        n++;
    }
    if (!pieces_compare(p, glyph, err)) {
        free(glyph);
        return false;
    }
    ret->soft_um = 1000 * p->soft_px * GLYPH_PX_MM;
    ret->n = n;
    ret->glyph = glyph;
    return true;
}

/* What is open and not beside a cover: how well a label's edge is known must not look like a letter
 * that lost a stroke. */
static bool well_open(const struct image *open, struct image *ret, struct err *err)
{
    int size = 2 * glyph_px(BESIDE_COVER_MM) + 1;
    return mask_area(open) == (long)open->width * open->height
               ? image_copy(open, ret, err)
               : cv_morph(open, CV_MORPH_OP_ERODE, CV_MORPH_BOX, size, size, ret, err);
}

bool glyphs_measure(const struct located *located, const double paper_rgb[3], struct glyphs *ret,
                    struct err *err)
{
    struct pieces p = {.located = located,
                       .paper_rgb = paper_rgb,
                       .expected = &located->element->fine,
                       .expected_rgb = &located->element->fine_rgb,
                       .seen = &located->strength,
                       .clear = &located->clear,
                       .width = located->element->fine.width,
                       .height = located->element->fine.height,
                       .typical = located->element->contrast};
    struct glyphs glyphs = {0};
    struct image soft = {0}, soft_rgb = {0}, open = {0};
    if (!well_open(&located->open, &open, err))
        return false;
    p.open = &open;
    bool ok = pieces_make(&p, &located->element->fine_mask, err) &&
              pieces_soften(&p, &soft, &soft_rgb, err) &&
              (p.n == 0 || (compare_all(&p, &glyphs, err) && glyphs_fit(&glyphs, err)));
    pieces_finish(&p);
    image_finish(&soft);
    image_finish(&soft_rgb);
    image_finish(&open);
    if (ok)
        *ret = glyphs;
    else
        glyphs_finish(&glyphs);
    return ok;
}

void glyphs_finish(struct glyphs *glyphs)
{
    free(glyphs->glyph);
    *glyphs = (struct glyphs){0};
}

double glyph_added(const struct glyph *glyph)
{
    return glyph->crossed ? 0 : glyph->added_mm2;
}

double glyph_change(const struct glyph *glyph)
{
    double more = glyph_added(glyph), less = glyph->lost_mm2;
    double both = 2 * fmin(more, less);
    return both + (less > more ? ONLY_LOST * (less - more) : ONLY_ADDED * (more - less));
}

double glyph_difference(const struct glyph *glyph)
{
    double letters = fmax(1, glyph->box_mm[2] / (WIDE_LETTER * glyph->box_mm[3]));
    double differs = glyph->lost_mm2 + glyph_added(glyph);
    return differs * letters / glyph->ink_mm2;
}

double glyph_change_share(const struct glyph *glyph)
{
    double both = glyph_difference(glyph);
    return both > 0 ? both * glyph_change(glyph) / (glyph->lost_mm2 + glyph_added(glyph)) : 0;
}

bool glyphs_same_text(const struct located *located, const struct glyphs *glyphs)
{
    int letters = text_count(located->element->data->text);
    if (located->state != ELEMENT_FOUND || located->visible < CLEAR_SHARE || letters == 0 ||
        glyphs->n < GLYPHS_A_LETTER * letters)
        return false;
    for (int k = 0; k < glyphs->n; k++)
        if (glyphs->glyph[k].open < GLYPH_OPEN_MIN || glyphs->glyph[k].crossed ||
            glyph_change_share(&glyphs->glyph[k]) > SAME_LETTER)
            return false;
    return true;
}

bool is_text(const struct element_model *element)
{
    return strcmp(element->data->kind, "sender") == 0 || strcmp(element->data->kind, "slogan") == 0;
}
