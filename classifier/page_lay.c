#include "classifier/page_lay.h"

#include <math.h>

/* UPU Convention Regulations: 40 mm below the upper edge, 15 mm from the others. */
#define RECIPIENT_TOP_MM 40.0
#define RECIPIENT_EDGE_MM 15.0

struct affine turn_to_page(int turn, const double size_mm[2])
{
    double w = size_mm[0], h = size_mm[1];
    switch (turn) {
    case 90:
        return (struct affine){{0, 1, 0, -1, 0, h}};
    case 180:
        return (struct affine){{-1, 0, w, 0, -1, h}};
    case 270:
        return (struct affine){{0, -1, w, 1, 0, 0}};
    default:
        return affine_identity();
    }
}

void turned_size(int turn, const double size_mm[2], double ret[2])
{
    bool across = turn == 90 || turn == 270;
    double w = size_mm[across ? 1 : 0], h = size_mm[across ? 0 : 1];
    ret[0] = w;
    ret[1] = h;
}

bool in_franking_zone(const double upright_mm[4], const double size_mm[2])
{
    const double right_mm = 80, top_mm = 45; /* of the middle */
    return upright_mm[0] + upright_mm[2] / 2 > size_mm[0] - right_mm &&
           upright_mm[1] + upright_mm[3] / 2 < top_mm;
}

bool in_box(const double box_mm[4], double x, double y)
{
    return x >= box_mm[0] && x <= box_mm[0] + box_mm[2] && y >= box_mm[1] &&
           y <= box_mm[1] + box_mm[3];
}

bool page_to_upright(const struct affine *page, int turn, const double size_mm[2],
                     struct affine *ret)
{
    struct affine to_page = turn_to_page(turn, size_mm), back;
    if (!affine_invert(&to_page, &back))
        return false;
    *ret = affine_multiply(&back, page);
    return true;
}

int corner_of(const double size_mm[2], const double box_mm[4])
{
    bool right = box_mm[0] + box_mm[2] / 2 > size_mm[0] / 2;
    bool below = box_mm[1] + box_mm[3] / 2 > size_mm[1] / 2;
    return right + 2 * below;
}

struct affine lay_corner(const double template_mm[2], const double upright_mm[2], int corner)
{
    struct affine laid = affine_identity();
    laid.m[2] = corner & 1 ? upright_mm[0] - template_mm[0] : 0;
    laid.m[5] = corner & 2 ? upright_mm[1] - template_mm[1] : 0;
    return laid;
}

void recipient_place(const double size_mm[2], double ret_mm[4])
{
    ret_mm[0] = RECIPIENT_EDGE_MM;
    ret_mm[1] = RECIPIENT_TOP_MM;
    ret_mm[2] = size_mm[0] - 2 * RECIPIENT_EDGE_MM;
    ret_mm[3] = size_mm[1] - RECIPIENT_TOP_MM - RECIPIENT_EDGE_MM;
}

static void box_between(const double a[2], const double b[2], double ret_mm[4])
{
    for (int k = 0; k < 2; k++) {
        ret_mm[k] = fmin(a[k], b[k]);
        ret_mm[k + 2] = fabs(a[k] - b[k]);
    }
}

void box_upright(const struct side *side, int turn, const double fed_mm[4], double ret_mm[4])
{
    struct affine to_page = turn_to_page(turn, side->size_mm), upright;
    double a[2], b[2];
    if (!affine_invert(&to_page, &upright))
        upright = affine_identity();
    affine_apply(&upright, fed_mm[0], fed_mm[1], a);
    affine_apply(&upright, fed_mm[0] + fed_mm[2], fed_mm[1] + fed_mm[3], b);
    box_between(a, b, ret_mm);
}

void box_fed(const struct side *side, int turn, const double upright_mm[4], double ret_mm[4])
{
    const struct affine to_page = turn_to_page(turn, side->size_mm);
    double a[2], b[2];
    affine_apply(&to_page, upright_mm[0], upright_mm[1], a);
    affine_apply(&to_page, upright_mm[0] + upright_mm[2], upright_mm[1] + upright_mm[3], b);
    box_between(a, b, ret_mm);
}
