/* envelope: drawn pictures of envelopes for the fixture; not a model of print, only something to
 * see. */
#ifndef POSTWACHT_WEB_ENVELOPE_H
#define POSTWACHT_WEB_ENVELOPE_H

#include "fixture.h"

#include <cairo.h>

#define ENVELOPE_WIDTH_MM 229.0
#define ENVELOPE_HEIGHT_MM 162.0
#define ENVELOPE_LOGO                                                                              \
    {                                                                                              \
        14, 12, 34, 24                                                                             \
    }
#define ENVELOPE_SENDER                                                                            \
    {                                                                                              \
        54, 13, 50, 22                                                                             \
    }
#define ENVELOPE_SLOGAN                                                                            \
    {                                                                                              \
        14, 140, 76, 10                                                                            \
    }
#define ENVELOPE_STICKER                                                                           \
    {                                                                                              \
        118, 58, 84, 46                                                                            \
    }

/* The whole side at the given resolution. */
cairo_surface_t *envelope_side(enum fixture_kind kind, bool back, double dpi, unsigned seed);
/* A part of it (mm). */
cairo_surface_t *envelope_crop(enum fixture_kind kind, const double box_mm[4], double dpi,
                               unsigned seed);
bool envelope_write_jpeg(cairo_surface_t *surface, const char *path);

#endif
