/* Reading costs fifty times more than looking, so looking decides. Print inside the template's own
 * elements is known and skipped; a label is not, wherever it lies, unless it is itself such an
 * element (a printed panel looks like a label). */
#include "classifier/return_regions.h"

#include "classifier/page_lay.h"
#include "classifier/text_blocks.h"

#include <math.h>
#include <stdlib.h>

#define BLOCKS_MAX 48
#define MARGIN_MM 1.5  /* around text: Tesseract wants a rim of paper */
#define SQUARE_DEG 3.0 /* between a label's edge and its text: both are known to about 1 degree */
#define LABEL_LETTERS_MIN 5
#define PRINT_LETTERS_MIN 6 /* "RETOUR" */
#define SMALL_PRINT_MM 1.2  /* height of a block that no printed phrase of a return has */
#define WITHIN_SHARE 0.8    /* of its area inside an ignored box: part of that element */
#define SAME_SHARE 0.6      /* overlap of label and ignored box over their union: a printed panel */

void return_region_box(const struct return_region *region, double ret_box_mm[4])
{
    double s = fabs(sin(region->angle_deg * M_PI / 180)),
           c = fabs(cos(region->angle_deg * M_PI / 180));
    ret_box_mm[2] = c * region->size_mm[0] + s * region->size_mm[1];
    ret_box_mm[3] = s * region->size_mm[0] + c * region->size_mm[1];
    ret_box_mm[0] = region->centre_mm[0] - ret_box_mm[2] / 2;
    ret_box_mm[1] = region->centre_mm[1] - ret_box_mm[3] / 2;
}

static double overlap(const double a[4], const double b[4])
{
    double w = fmin(a[0] + a[2], b[0] + b[2]) - fmax(a[0], b[0]);
    double h = fmin(a[1] + a[3], b[1] + b[3]) - fmax(a[1], b[1]);
    return w > 0 && h > 0 ? w * h : 0;
}

static bool is_ignored(const struct return_region *region, const struct return_ignore *ignore,
                       int n)
{
    double box[4];
    return_region_box(region, box);
    for (int i = 0; i < n; i++) {
        const double *known = ignore[i].box_mm;
        if (ignore[i].side != region->side)
            continue;
        double common = overlap(box, known), area = box[2] * box[3];
        bool same = common >= SAME_SHARE * (area + known[2] * known[3] - common);
        if (region->kind == REGION_LABEL ? same : common >= WITHIN_SHARE * area)
            return true;
    }
    return false;
}

static bool is_inside(const struct text_block *block, const struct patch *patch)
{
    const double *c0 = patch->corner_mm[0], *c1 = patch->corner_mm[1], *c3 = patch->corner_mm[3];
    double ux = c1[0] - c0[0], uy = c1[1] - c0[1], vx = c3[0] - c0[0], vy = c3[1] - c0[1];
    double x = block->centre_mm[0] - c0[0], y = block->centre_mm[1] - c0[1];
    double u = (x * ux + y * uy) / (ux * ux + uy * uy), v = (x * vx + y * vy) / (vx * vx + vy * vy);
    return u > 0 && u < 1 && v > 0 && v < 1;
}

static struct return_region from_block(const struct text_block *block, enum side_name side)
{
    return (struct return_region){
        .side = side,
        .kind = block->coloured ? REGION_STAMP : REGION_PRINT,
        .centre_mm = {block->centre_mm[0], block->centre_mm[1]},
        .size_mm = {block->size_mm[0] + 2 * MARGIN_MM, block->size_mm[1] + 2 * MARGIN_MM},
        .angle_deg = block->angle_deg,
        .letters = block->letters,
    };
}

/* The label's own extent, turned along its text: the picture then shows all of it with its boxes.
 */
static bool from_patch(const struct patch *patch, const struct text_marks *marks,
                       enum side_name side, struct return_region *ret)
{
    double centre[2] = {patch->box_mm[0] + patch->box_mm[2] / 2,
                        patch->box_mm[1] + patch->box_mm[3] / 2};
    double size[2];
    for (int i = 0; i < 2; i++) {
        const double *a = patch->corner_mm[0], *b = patch->corner_mm[i ? 3 : 1];
        size[i] = hypot(b[0] - a[0], b[1] - a[1]);
    }
    struct text_block text = text_block_within(marks, centre, size, patch->angle_deg);
    if (text.letters < LABEL_LETTERS_MIN)
        return false;
    *ret = from_block(&text, side);
    ret->kind = REGION_LABEL;
    double lean = remainder(text.angle_deg - patch->angle_deg, 90);
    if (fabs(lean) > SQUARE_DEG)
        return true; /* text across a label, or a stray rectangle: the text's own extent */
    ret->angle_deg = text.angle_deg - lean; /* edges are longer than lines of text */
    bool along = fabs(remainder(text.angle_deg - lean - patch->angle_deg, 180)) < 45;
    for (int i = 0; i < 2; i++) {
        ret->centre_mm[i] = centre[i];
        ret->size_mm[i] = size[along ? i : 1 - i];
    }
    return true;
}

int return_region_order(const void *a, const void *b)
{
    const struct return_region *p = a, *q = b;
    if (p->kind != q->kind)
        return (int)p->kind - (int)q->kind;
    return (q->letters > p->letters) - (q->letters < p->letters);
}

bool return_regions_find(const struct side *side, const struct side_patches *patches,
                         enum side_name name, const struct return_ignore *ignore, int n_ignore,
                         struct return_region *ret, int max, int *ret_n, struct err *err)
{
    const struct patch *patch = patches->patch;
    struct text_block block[BLOCKS_MAX];
    struct return_region found[PATCHES_MAX + BLOCKS_MAX];
    struct text_marks *marks = NULL;
    int n_patches = patches->n, n = 0;
    if (!text_marks_find(side, &marks, err))
        return false;
    int n_blocks = text_blocks_group(marks, block, BLOCKS_MAX);
    bool read_as_label[PATCHES_MAX] = {false};
    for (int i = 0; i < n_patches; i++) {
        read_as_label[i] = from_patch(&patch[i], marks, name, &found[n]) &&
                           !is_ignored(&found[n], ignore, n_ignore);
        n += read_as_label[i];
    }
    for (int i = 0; i < n_blocks; i++) {
        bool covered = block[i].letters < PRINT_LETTERS_MIN || block[i].size_mm[1] < SMALL_PRINT_MM;
        /* a stamp is read for itself too: a label may be its own frame, with an address in it */
        for (int k = 0; k < n_patches && !covered && !block[i].coloured; k++)
            covered = read_as_label[k] && is_inside(&block[i], &patch[k]);
        found[n] = from_block(&block[i], name);
        n += !covered && !is_ignored(&found[n], ignore, n_ignore);
    }
    text_marks_destroy(marks);
    qsort(found, (size_t)n, sizeof *found, return_region_order);
    *ret_n = n < max ? n : max;
    for (int i = 0; i < *ret_n; i++)
        ret[i] = found[i];
    return true;
}

bool return_region_franks(const struct return_region *region, const struct side *side, int turn,
                          double ret_upright_mm[4])
{
    double fed[4], size[2];
    if (!side || turn < 0 || region->kind == REGION_LABEL)
        return false;
    return_region_box(region, fed);
    box_upright(side, turn, fed, ret_upright_mm);
    turned_size(turn, side->size_mm, size);
    return in_franking_zone(ret_upright_mm, size);
}
