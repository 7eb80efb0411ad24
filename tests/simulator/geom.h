/* geom: plane geometry in mm: affine maps and boxes. Angles are clockwise on the page (y down). */
#ifndef SIM_GEOM_H
#define SIM_GEOM_H

#include <math.h>
#include <stdbool.h>

#define DEGREES (M_PI / 180.0)

/* x' = a x + b y + tx, y' = c x + d y + ty */
struct affine {
    double a, b, c, d, tx, ty;
};

struct box {
    double x, y, w, h;
};

static inline struct affine affine_identity(void)
{
    return (struct affine){1, 0, 0, 1, 0, 0};
}

/* Scale, then turn about (cx, cy), then move. */
static inline struct affine affine_about(double cx, double cy, double degrees, double scale,
                                         double dx, double dy)
{
    double co = cos(degrees * DEGREES) * scale, si = sin(degrees * DEGREES) * scale;
    return (struct affine){
        co, -si, si, co, cx - co * cx + si * cy + dx, cy - si * cx - co * cy + dy};
}

static inline struct affine affine_inverse(struct affine m)
{
    double det = m.a * m.d - m.b * m.c;
    struct affine r = {m.d / det, -m.b / det, -m.c / det, m.a / det, 0, 0};
    r.tx = -(r.a * m.tx + r.b * m.ty);
    r.ty = -(r.c * m.tx + r.d * m.ty);
    return r;
}

/* First `inner`, then `outer`. */
static inline struct affine affine_after(struct affine outer, struct affine inner)
{
    return (struct affine){
        outer.a * inner.a + outer.b * inner.c,
        outer.a * inner.b + outer.b * inner.d,
        outer.c * inner.a + outer.d * inner.c,
        outer.c * inner.b + outer.d * inner.d,
        outer.a * inner.tx + outer.b * inner.ty + outer.tx,
        outer.c * inner.tx + outer.d * inner.ty + outer.ty,
    };
}

static inline void affine_apply(const struct affine *m, double x, double y, double *rx, double *ry)
{
    *rx = m->a * x + m->b * y + m->tx;
    *ry = m->c * x + m->d * y + m->ty;
}

/* The box around the image of a box. */
static inline struct box affine_box(const struct affine *m, struct box box)
{
    double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
    for (int i = 0; i < 4; i++) {
        double x, y;
        affine_apply(m, box.x + (i & 1 ? box.w : 0), box.y + (i & 2 ? box.h : 0), &x, &y);
        x0 = fmin(x0, x), y0 = fmin(y0, y), x1 = fmax(x1, x), y1 = fmax(y1, y);
    }
    return (struct box){x0, y0, x1 - x0, y1 - y0};
}

static inline struct box box_grow(struct box box, double by)
{
    return (struct box){box.x - by, box.y - by, box.w + 2 * by, box.h + 2 * by};
}

#endif
