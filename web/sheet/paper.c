#include "web/sheet/paper.h"

#include "schemas/base/err.h"
#include "web/html.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <string.h>

#define MM_PER_POINT (25.4 / 72.0)
#define TOP 24.0                     /* first line of content, below the running head */
#define BOTTOM (PAPER_HEIGHT - 20.0) /* last line of content, above the running foot */
#define HEAD_Y 11.0
#define FOOT_Y (PAPER_HEIGHT - 13.0)
#define RUNNING_RULE 0.75 /* grey of rules */
#define HAIR 0.2          /* mm, line width */

struct type {
    double points;
    bool bold, mono;
    double grey;
    const char *tag;
};

static const struct type types[STYLE_COUNT] = {
    [STYLE_TITLE] = {20, true, false, 0, "H1"},   [STYLE_HEAD] = {10.5, true, false, 0, "H2"},
    [STYLE_BIG] = {13, true, false, 0, "P"},      [STYLE_BODY] = {9, false, false, 0, "P"},
    [STYLE_BOLD] = {9, true, false, 0, "P"},      [STYLE_NOTE] = {8, false, false, 0.15, "P"},
    [STYLE_SMALL] = {7, false, false, 0.33, "P"}, [STYLE_MONO] = {7.5, false, true, 0, "P"},
};
/* Families that Debian, Ubuntu and Fedora bring along; the last two always exist by alias. */
#define SANS "Liberation Sans, Arimo, DejaVu Sans, sans-serif"
#define MONO "Liberation Mono, Cousine, DejaVu Sans Mono, monospace"

static cairo_status_t write_pdf(void *closure, const unsigned char *bytes, unsigned n)
{
    struct buf *out = closure;
    if (out)
        buf_append(out, bytes, n);
    return out && out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static void set_metadata(cairo_surface_t *surface, const struct paper_info *info)
{
    const struct {
        cairo_pdf_metadata_t key;
        const char *value;
    } data[] = {
        {CAIRO_PDF_METADATA_TITLE, info->title},
        {CAIRO_PDF_METADATA_AUTHOR, info->author},
        {CAIRO_PDF_METADATA_CREATOR, "Postwacht " POSTWACHT_VERSION},
        {CAIRO_PDF_METADATA_CREATE_DATE, info->iso_time},
        {CAIRO_PDF_METADATA_MOD_DATE, info->iso_time},
    };
    for (size_t i = 0; i < sizeof data / sizeof *data; i++) {
        struct buf clean = {0};
        text_clean_append(&clean, data[i].value);
        cairo_pdf_surface_set_metadata(surface, data[i].key, clean.data ? clean.data : "");
        buf_finish(&clean);
    }
}

static void running_text(struct paper *paper)
{
    char pages[96];
    snprintf(pages, sizeof pages, "%s %d %s %d", paper->page_words[0], paper->page,
             paper->page_words[1], paper->pages);
    double half = PAPER_INNER / 2;
    paper_text(paper, PAPER_MARGIN, HEAD_Y, half, STYLE_BOLD, paper->left);
    pango_layout_set_alignment(paper->layout, PANGO_ALIGN_RIGHT);
    paper_text(paper, PAPER_MARGIN + half, HEAD_Y, half, STYLE_BODY, paper->right);
    paper_text(paper, PAPER_MARGIN + PAPER_INNER * 0.8, FOOT_Y, PAPER_INNER * 0.2, STYLE_SMALL,
               pages);
    pango_layout_set_alignment(paper->layout, PANGO_ALIGN_LEFT);
    paper_text(paper, PAPER_MARGIN, FOOT_Y, PAPER_INNER * 0.78, STYLE_SMALL, paper->foot);
    paper_line(paper, PAPER_MARGIN, HEAD_Y + 6, PAPER_WIDTH - PAPER_MARGIN, HEAD_Y + 6, 0);
    paper_line(paper, PAPER_MARGIN, FOOT_Y - 2, PAPER_WIDTH - PAPER_MARGIN, FOOT_Y - 2,
               RUNNING_RULE);
}

static void start_page(struct paper *paper)
{
    paper->page++;
    running_text(paper);
    paper->y = TOP;
}

bool paper_begin(struct paper *paper, const struct paper_info *info, struct buf *ret_pdf,
                 struct err *err)
{
    paper->surface = cairo_pdf_surface_create_for_stream(
        write_pdf, ret_pdf, PAPER_WIDTH / MM_PER_POINT, PAPER_HEIGHT / MM_PER_POINT);
    paper->cr = cairo_create(paper->surface);
    if (cairo_status(paper->cr) != CAIRO_STATUS_SUCCESS) {
        err_set(err, "cannot start a PDF: %s", cairo_status_to_string(cairo_status(paper->cr)));
        cairo_destroy(paper->cr);
        cairo_surface_destroy(paper->surface);
        return false;
    }
    set_metadata(paper->surface, info);
    cairo_scale(paper->cr, 1 / MM_PER_POINT, 1 / MM_PER_POINT);
    /* A font map of its own: the default one belongs to the thread and would stay with it. */
    PangoFontMap *fonts = pango_cairo_font_map_new();
    PangoContext *context = pango_font_map_create_context(fonts);
    pango_cairo_update_context(paper->cr, context);
    paper->layout = pango_layout_new(context);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_context_set_language(context, pango_language_from_string(info->lang));
    g_object_unref(context); /* the layout holds it, and it the fonts */
    g_object_unref(fonts);
    pango_layout_set_wrap(paper->layout, PANGO_WRAP_WORD_CHAR);
    cairo_tag_begin(paper->cr, "Document", NULL);
    paper->page = 0;
    start_page(paper);
    return true;
}

bool paper_end(struct paper *paper, int *ret_pages, struct err *err)
{
    cairo_tag_end(paper->cr, "Document");
    cairo_show_page(paper->cr);
    cairo_surface_finish(paper->surface);
    cairo_status_t status = cairo_status(paper->cr);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(paper->surface);
    g_object_unref(paper->layout);
    cairo_destroy(paper->cr);
    cairo_surface_destroy(paper->surface);
    if (status != CAIRO_STATUS_SUCCESS)
        return err_set(err, "cannot make the PDF: %s", cairo_status_to_string(status));
    *ret_pages = paper->page;
    return true;
}

void paper_need(struct paper *paper, double height)
{
    if (paper->y + height <= BOTTOM || paper_at_top(paper))
        return;
    cairo_show_page(paper->cr);
    start_page(paper);
}

bool paper_at_top(const struct paper *paper)
{
    return paper->y <= TOP;
}

static void set_text(struct paper *paper, double width, enum style style, const char *text)
{
    const struct type *type = &types[style];
    PangoFontDescription *font = pango_font_description_from_string(type->mono ? MONO : SANS);
    pango_font_description_set_weight(font, type->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_absolute_size(font, type->points * MM_PER_POINT * PANGO_SCALE);
    pango_layout_set_font_description(paper->layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(paper->layout, (int)(width * PANGO_SCALE));
    struct buf clean = {0};
    text_clean_append(&clean, text);
    pango_layout_set_text(paper->layout, clean.data ? clean.data : "", (int)clean.len);
    buf_finish(&clean);
}

static double layout_height(const struct paper *paper)
{
    int height = 0;
    pango_layout_get_size(paper->layout, NULL, &height);
    return (double)height / PANGO_SCALE;
}

double paper_text_height(struct paper *paper, double width, enum style style, const char *text)
{
    set_text(paper, width, style, text);
    return layout_height(paper);
}

double paper_text(struct paper *paper, double x, double y, double width, enum style style,
                  const char *text)
{
    set_text(paper, width, style, text);
    cairo_set_source_rgb(paper->cr, types[style].grey, types[style].grey, types[style].grey);
    cairo_tag_begin(paper->cr, types[style].tag, NULL);
    cairo_move_to(paper->cr, x, y);
    pango_cairo_show_layout(paper->cr, paper->layout);
    cairo_tag_end(paper->cr, types[style].tag);
    return layout_height(paper);
}

void paper_line(struct paper *paper, double x1, double y1, double x2, double y2, double grey)
{
    cairo_set_source_rgb(paper->cr, grey, grey, grey);
    cairo_set_line_width(paper->cr, HAIR);
    cairo_move_to(paper->cr, x1, y1);
    cairo_line_to(paper->cr, x2, y2);
    cairo_stroke(paper->cr);
}

void paper_box(struct paper *paper, double x, double y, double w, double h)
{
    cairo_set_source_rgb(paper->cr, 0, 0, 0);
    cairo_set_line_width(paper->cr, HAIR);
    cairo_rectangle(paper->cr, x, y, w, h);
    cairo_stroke(paper->cr);
}

void paper_fill(struct paper *paper, double x, double y, double w, double h, double grey)
{
    cairo_set_source_rgb(paper->cr, grey, grey, grey);
    cairo_rectangle(paper->cr, x, y, w, h);
    cairo_fill(paper->cr);
}
