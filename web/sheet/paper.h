/* paper: A4 pages on cairo and Pango, in millimetres from the top left corner. Knows text, fields
 * to fill in, pictures and page breaks; knows nothing of envelopes. Text is selectable and tagged
 * (headings, paragraphs, figures). Fixed dates and no machine's own data: same calls, same bytes.
 *
 * The number of pages stands on every page, so a document is drawn twice: the first time for
 * nothing but to count (paper_begin with ret_pdf NULL). */
#ifndef POSTWACHT_PAPER_H
#define POSTWACHT_PAPER_H

#include "schemas/base/buf.h"
#include "web/text/text.h"

#include <cairo.h>
#include <pango/pango.h>

struct err;

#define PAPER_WIDTH 210.0
#define PAPER_HEIGHT 297.0
#define PAPER_MARGIN 16.0 /* printers keep 5 mm; holes need 12 */
#define PAPER_INNER (PAPER_WIDTH - 2 * PAPER_MARGIN)

enum style {
    STYLE_TITLE,
    STYLE_HEAD,
    STYLE_BIG,
    STYLE_BODY,
    STYLE_BOLD,
    STYLE_NOTE,
    STYLE_SMALL,
    STYLE_MONO,
    STYLE_COUNT
};

struct paper {
    cairo_surface_t *surface;
    cairo_t *cr;
    PangoLayout *layout;
    double y;                        /* where the next thing goes */
    int page, pages;                 /* pages: 0 while counting */
    const char *left, *right, *foot; /* on every page; views */
    const char *page_words[2];       /* "pagina", "van" */
};

struct paper_info {
    const char *title, *author, *iso_time, *lang;
};

bool paper_begin(struct paper *paper, const struct paper_info *info, struct buf *ret_pdf,
                 struct err *err);
bool paper_end(struct paper *paper, int *ret_pages, struct err *err); /* releases everything */

/* Starts a new page unless `height` still fits on this one. */
void paper_need(struct paper *paper, double height);
bool paper_at_top(const struct paper *paper); /* nothing stands on this page yet */

/* Draws at (x, y), wrapped to width; returns the height. Does not move paper->y. */
double paper_text(struct paper *paper, double x, double y, double width, enum style style,
                  const char *text);
double paper_text_height(struct paper *paper, double width, enum style style, const char *text);
void paper_line(struct paper *paper, double x1, double y1, double x2, double y2, double grey);
void paper_box(struct paper *paper, double x, double y, double w, double h);
void paper_fill(struct paper *paper, double x, double y, double w, double h, double grey);

/* A picture (JPEG bytes go into the PDF as they are; PNG is decoded) scaled to fit and centred in
 * the box, with a thin frame. False when the bytes are neither, or too large: the box then stays
 * empty. */
bool paper_picture(struct paper *paper, double x, double y, double w, double h,
                   const struct buf *bytes);

#endif
