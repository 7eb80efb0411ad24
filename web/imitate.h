/* imitate: the firm's own imitation of its envelope, as a PDF to print on printers of its own: a
 * page of instructions, then a page for each side that carries print, everything at its true size
 * and place, marked as a test print where nothing is measured. */
#ifndef POSTWACHT_IMITATE_H
#define POSTWACHT_IMITATE_H

#include "schemas/sheet.h"

#include <stdint.h>

struct buf;

#define IMITATE_INKS_MAX 6

struct imitate_ink {
    uint8_t rgb[3];
    const uint8_t *cover; /* 0 or 255 a pixel, rows packed */
};
struct imitate_element {
    enum side_name side;
    double x_mm, y_mm, dpi; /* place of the top left corner on the envelope */
    int width, height;      /* px */
    int n_inks;
    struct imitate_ink ink[IMITATE_INKS_MAX];
};

enum imitate_paper { IMITATE_ENVELOPE, IMITATE_A4 };

struct imitate_request {
    const char *name, *version; /* of the template */
    const char *iso_time;       /* now */
    const char *lang;           /* nl or en */
    enum imitate_paper paper;
    double size_mm[2]; /* of the envelope */
    double scan_dpi;   /* at which its genuine envelopes were scanned */
    const struct imitate_element *element;
    int n_elements;
};

/* Appends the PDF to ret. Fails when the envelope does not fit on A4 and that was asked for. */
bool web_imitate(const struct imitate_request *request, struct buf *ret, struct err *err);

#endif
