/* Each ink is a stencil (one bit a pixel, filled with one colour), so that the printer gets sharp
 * areas of plain colour and screens them in its own way, as it does with any drawing: a picture
 * with soft edges would be printed with edges of the screen's making.
 *
 * On A4 the envelope lies in the top left corner: what is measured from the edges of the paper then
 * lies as it does on an envelope fed the same way. */
#include "web/imitate.h"

#include "schemas/base/err.h"
#include "web/sheet/fields.h"
#include "web/text/when.h"

#include <cairo-pdf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define POINTS_PER_MM (72 / 25.4)
#define A4_LONG 297.0
#define A4_SHORT 210.0
#define SIZE_MIN_MM 40.0  /* smaller is no envelope */
#define FIT_MM 0.5        /* envelopes are measured, A4 is a norm */
#define TICK_GAP 2.0      /* mm; cutting marks stand outside the envelope */
#define TICK_LENGTH 6.0   /* mm */
#define EDGE_MM 8.0       /* printers leave 4 mm of the paper white, some of them more */
#define MARK_STEP_MM 2.0  /* of looking for a place */
#define MARK_CLEAR_MM 6.0 /* further away from print is no better */
#define MARK_WIDTH_MAX 90.0
#define RULER_MM 100.0
#define STEP_GAP 2.4
#define HASH_SHOWN 12 /* digits: enough to find the version again */

static bool has_side(const struct imitate_request *request, enum side_name side)
{
    for (int i = 0; i < request->n_elements; i++)
        if (request->element[i].side == side)
            return true;
    return false;
}

static bool paper_size(const struct imitate_request *request, double ret[2], struct err *err)
{
    bool wide = request->size_mm[0] > request->size_mm[1];
    memcpy(ret, request->size_mm, 2 * sizeof *ret);
    for (int c = 0; c < 2; c++)
        if (!(request->size_mm[c] >= SIZE_MIN_MM))
            return err_set(err, "an envelope of %.0f x %.0f mm cannot be printed; enrol again",
                           request->size_mm[0], request->size_mm[1]);
    if (request->paper == IMITATE_ENVELOPE)
        return true;
    ret[0] = wide ? A4_LONG : A4_SHORT;
    ret[1] = wide ? A4_SHORT : A4_LONG;
    return (request->size_mm[0] <= ret[0] + FIT_MM && request->size_mm[1] <= ret[1] + FIT_MM) ||
           err_set(err,
                   "an envelope of %.0f x %.0f mm does not fit on A4; print on envelopes (--paper "
                   "envelope), or on larger paper",
                   request->size_mm[0], request->size_mm[1]);
}

/* One bit a pixel from one byte a pixel. */
static cairo_surface_t *stencil(const struct imitate_element *element,
                                const struct imitate_ink *ink)
{
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_A1, element->width, element->height);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
        return surface;
    unsigned char *data = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface);
    const uint32_t first = 1;
    bool little =
        *(const unsigned char *)&first == 1; /* bits lie in words of the machine's order */
    cairo_surface_flush(surface);
    for (int y = 0; y < element->height; y++)
        for (int x = 0; x < element->width; x++)
            if (ink->cover[(size_t)y * (size_t)element->width + (size_t)x])
                data[(size_t)y * (size_t)stride + (size_t)x / 8] |=
                    (unsigned char)(little ? 1 << x % 8 : 0x80 >> x % 8);
    cairo_surface_mark_dirty(surface);
    return surface;
}

static void draw_element(struct paper *paper, const struct imitate_element *element)
{
    double mm = 25.4 / element->dpi;
    for (int k = 0; k < element->n_inks; k++) {
        const uint8_t *rgb = element->ink[k].rgb;
        cairo_surface_t *surface = stencil(element, &element->ink[k]);
        cairo_save(paper->cr);
        cairo_translate(paper->cr, element->x_mm, element->y_mm);
        cairo_scale(paper->cr, mm, mm);
        cairo_set_source_rgb(paper->cr, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0);
        cairo_pattern_t *pattern = cairo_pattern_create_for_surface(surface);
        cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST); /* no soft edges */
        cairo_mask(paper->cr, pattern);
        cairo_pattern_destroy(pattern);
        cairo_restore(paper->cr);
        cairo_surface_destroy(surface);
    }
}

static double gap(double from, double length, double other_from, double other_length)
{
    return fmax(0, fmax(other_from - (from + length), from - (other_from + other_length)));
}

/* How far a box stays from the print of a side; 0 when it touches some. */
static double clearance(const struct imitate_request *request, enum side_name side,
                        const double box[4])
{
    double least = MARK_CLEAR_MM;
    for (int i = 0; i < request->n_elements; i++) {
        const struct imitate_element *element = &request->element[i];
        double mm = 25.4 / element->dpi;
        if (element->side == side)
            least = fmin(least, hypot(gap(box[0], box[2], element->x_mm, element->width * mm),
                                      gap(box[1], box[3], element->y_mm, element->height * mm)));
    }
    return least;
}

/* The lowest, rightmost of the places that are clear of print. */
static void place_mark(const struct imitate_request *request, enum side_name side, double width,
                       double height, double ret_xy[2])
{
    double best = -1;
    double right = request->size_mm[0] - EDGE_MM - width;
    double bottom = request->size_mm[1] - EDGE_MM - height;
    for (double y = bottom; y >= EDGE_MM; y -= MARK_STEP_MM)
        for (double x = right; x >= EDGE_MM; x -= MARK_STEP_MM) {
            const double box[4] = {x, y, width, height};
            double clear = clearance(request, side, box);
            if (clear <= best)
                continue;
            best = clear;
            ret_xy[0] = x;
            ret_xy[1] = y;
        }
}

static void draw_mark(struct paper *paper, const struct imitate_request *request, enum lang lang,
                      enum side_name side)
{
    char text[256], day[WHEN_SIZE];
    double xy[2] = {EDGE_MM, EDGE_MM};
    double width = fmin(MARK_WIDTH_MAX, request->size_mm[0] - 2 * EDGE_MM);
    when_day(lang, request->iso_time, day);
    snprintf(text, sizeof text, "PROEFDRUK / TEST PRINT · %s · %s %.*s", day, request->name,
             HASH_SHOWN, request->version);
    double height = paper_text_height(paper, width, STYLE_SMALL, text);
    place_mark(request, side, width, height, xy);
    paper_text(paper, xy[0], xy[1], width, STYLE_SMALL, text);
}

/* Where to cut, when somebody wants the sheet in the envelope's format. */
static void draw_ticks(struct paper *paper, const double size[2], const double on[2])
{
    double from = TICK_GAP, to = TICK_GAP + TICK_LENGTH;
    if (size[0] + to < on[0])
        paper_line(paper, size[0] + from, size[1], size[0] + to, size[1], 0.5);
    if (size[1] + to < on[1])
        paper_line(paper, size[0], size[1] + from, size[0], size[1] + to, 0.5);
}

static void draw_side(struct paper *paper, const struct imitate_request *request, enum lang lang,
                      enum side_name side, const double on[2])
{
    cairo_show_page(paper->cr);
    paper->page++;
    cairo_pdf_surface_set_size(paper->surface, on[0] * POINTS_PER_MM, on[1] * POINTS_PER_MM);
    for (int i = 0; i < request->n_elements; i++)
        if (request->element[i].side == side)
            draw_element(paper, &request->element[i]);
    draw_mark(paper, request, lang, side);
    if (request->paper == IMITATE_A4)
        draw_ticks(paper, request->size_mm, on);
}

static void numbered(struct paper *paper, int number, const char *text)
{
    char figure[16];
    double width = PAPER_INNER - 8;
    snprintf(figure, sizeof figure, "%d", number);
    paper_text(paper, PAPER_MARGIN, paper->y, 8, STYLE_BOLD, figure);
    paper->y += paper_text(paper, PAPER_MARGIN + 8, paper->y, width, STYLE_BODY, text) + STEP_GAP;
}

/* A line of known length, to be measured on the print. */
static void ruler(struct paper *paper, enum lang lang)
{
    double x = PAPER_MARGIN + 8, y = paper->y + 2;
    paper_line(paper, x, y, x + RULER_MM, y, 0);
    for (int mm = 0; mm <= RULER_MM; mm += 10)
        paper_line(paper, x + mm, y - (mm % 50 ? 1 : 2), x + mm, y, 0);
    paper_text(paper, x + RULER_MM + 4, y - 2, 60, STYLE_SMALL, say(lang, T_imitate_ruler));
    paper->y = y + 4;
}

static void command_line(struct paper *paper, const struct imitate_request *request)
{
    char line[256];
    snprintf(line, sizeof line,
             "postwacht enrol %s --imitations --printer \"HP LaserJet M283\" --technology laser "
             "scans/",
             request->name);
    paper->y +=
        paper_text(paper, PAPER_MARGIN + 8, paper->y, PAPER_INNER - 8, STYLE_MONO, line) + STEP_GAP;
}

static void draw_instructions(struct paper *paper, const struct imitate_request *request,
                              enum lang lang)
{
    char text[1024], title[128];
    int step = 0;
    snprintf(title, sizeof title, "%s: %s", say(lang, T_imitate_title), request->name);
    paper->y += paper_text(paper, PAPER_MARGIN, paper->y, PAPER_INNER, STYLE_TITLE, title) + 3;
    paper->y += paper_text(paper, PAPER_MARGIN, paper->y, PAPER_INNER, STYLE_BODY,
                           say(lang, T_imitate_why)) +
                5;
    numbered(paper, ++step, say(lang, T_imitate_printers));
    snprintf(text, sizeof text, "%s %s: %.0f × %.0f mm.",
             say(lang, request->paper == IMITATE_A4 ? T_imitate_on_a4 : T_imitate_on_envelope),
             say(lang, T_size), request->size_mm[0], request->size_mm[1]);
    numbered(paper, ++step, text);
    numbered(paper, ++step, say(lang, T_imitate_scale));
    ruler(paper, lang);
    numbered(paper, ++step, say(lang, T_imitate_settings));
    snprintf(text, sizeof text, "%s %.0f dpi.", say(lang, T_imitate_scan), request->scan_dpi);
    numbered(paper, ++step, text);
    numbered(paper, ++step, say(lang, T_imitate_learn));
    command_line(paper, request);
    numbered(paper, ++step, say(lang, T_imitate_destroy));
    paper->y += 3;
    paper->y += paper_text(paper, PAPER_MARGIN, paper->y, PAPER_INNER, STYLE_HEAD,
                           say(lang, T_imitate_result_title)) +
                1.5;
    paper_text(paper, PAPER_MARGIN, paper->y, PAPER_INNER, STYLE_BODY, say(lang, T_imitate_result));
}

bool web_imitate(const struct imitate_request *request, struct buf *ret, struct err *err)
{
    enum lang lang = lang_from_code(request->lang);
    struct buf pdf = {0};
    double on[2];
    char right[160];
    int pages = 1 + has_side(request, SIDE_FRONT) + has_side(request, SIDE_BACK);
    if (!paper_size(request, on, err))
        return false;
    snprintf(right, sizeof right, "%s %.*s", request->name, HASH_SHOWN, request->version);
    struct paper paper = {.pages = pages,
                          .left = say(lang, T_imitate_title),
                          .right = right,
                          .foot = say(lang, T_imitate_foot),
                          .page_words = {say(lang, T_sheet_page), say(lang, T_status_of)}};
    struct paper_info info = {.title = say(lang, T_imitate_title),
                              .author = request->name,
                              .iso_time = request->iso_time,
                              .lang = lang_code(lang)};
    if (!paper_begin(&paper, &info, &pdf, err))
        return false;
    draw_instructions(&paper, request, lang);
    for (int s = 0; s < SIDE_COUNT; s++)
        if (has_side(request, (enum side_name)s))
            draw_side(&paper, request, lang, (enum side_name)s, on);
    bool ok = paper_end(&paper, &pages, err) && buf_ok(&pdf, err);
    if (ok)
        buf_append(ret, pdf.data, pdf.len);
    buf_finish(&pdf);
    return ok && buf_ok(ret, err);
}
