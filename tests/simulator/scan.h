/* scan: what a colour scanner makes of one side: orientation, skew and stretch, light spread in the
 * paper, the optics' MTF, channel shifts, noise, dust and streaks, the lid behind the envelope. */
#ifndef SIM_SCAN_H
#define SIM_SCAN_H

#include "tests/simulator/envelope.h"

enum backing { BACKING_BLACK, BACKING_GREY, BACKING_WHITE, BACKINGS };

struct scanner {
    double dpi;
    double mtf_sigma_px;         /* at this dpi */
    double shift_px[3][2];       /* of R and B against G */
    double noise_levels;         /* sd, of 255 */
    double stretch_x, stretch_y; /* feeder and carriage */
    enum backing backing;
    int n_streaks; /* dirt on the glass of a feeder: lines along the feed */
    double dust_per_side;
    double white; /* reflectance that becomes 255 */
};

enum image_edge { EDGE_LEFT = 1, EDGE_RIGHT = 2, EDGE_TOP = 4, EDGE_LOW = 8 };

struct feed {            /* how this sheet lay and was taken */
    int orientation;     /* degrees clockwise that turn the scan upright: 0, 90, 180, 270 */
    double skew;         /* degrees */
    double margin_mm;    /* of lid around the sheet */
    double blur_px;      /* sd of a blur on top of the scanner's own, in its pixels; 0 none */
    double fade;         /* share of the contrast to the paper that is lost, 0..1 */
    double stretch;      /* of the feeding direction, on top of the scanner's own; 0.01 is 1 % */
    double crop_mm;      /* of paper that passed outside the image, at each of crop_edges; 0 none */
    unsigned crop_edges; /* of the image, bits of enum image_edge */
};

struct scan_image {
    int w, h;
    double dpi;
    uint8_t *rgb; /* packed rows */
};

struct scanner scanner_draw(double dpi, struct rng machine);

/* `page_to_px` receives the map from the upright side (mm) to image pixels; may be NULL. */
bool scan_side(const struct envelope *envelope, enum art_side side, const struct scanner *scanner,
               const struct feed *feed, struct rng rng, struct scan_image *ret,
               struct affine *page_to_px, struct err *err);
void scan_image_finish(struct scan_image *image);

#endif
