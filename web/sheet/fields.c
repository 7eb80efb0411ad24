/* The parts of a form: numbered sections, rows of fields, things to tick. A field that has no value
 * is a line to write on, tall enough for a pen. */
#include "web/sheet/fields.h"

#include "schemas/base/err.h"

#include <stdio.h>
#include <string.h>

#define LABEL_GAP 0.6
#define ROW_GAP 2.6
#define COLUMN_GAP 4.0
#define PEN_HEIGHT 6.5 /* mm of free height above a line to write on */
#define TICK 3.4       /* side of a box to tick */
#define TICK_GAP 1.6
#define OPTION_GAP 6.0
#define LINE_GREY 0.35
#define RULE_GREY 0.0
#define NUMBER_WIDTH 7.0
#define SECTION_BEFORE 3.2
#define SECTION_AFTER 2.2
#define OPTION_SIZE 96

static enum lang other(enum lang lang)
{
    return lang == LANG_NL ? LANG_EN : LANG_NL;
}

void paper_label(enum lang lang, enum text_key key, char ret[LABEL_SIZE])
{
    const char *first = say(lang, key), *second = say(other(lang), key);
    if (strcmp(first, second) == 0)
        snprintf(ret, LABEL_SIZE, "%s", first);
    else
        snprintf(ret, LABEL_SIZE, "%s / %s", first, second);
}

static double content_height(struct paper *paper, const struct field *field, double width)
{
    if (field->kind == FIELD_CHOICE)
        return PEN_HEIGHT;
    if (field->kind == FIELD_LINE || !field->value || !field->value[0])
        return PEN_HEIGHT;
    return paper_text_height(paper, width, STYLE_BODY, field->value);
}

static void draw_options(struct paper *paper, const char *options, double x, double y)
{
    for (const char *p = options; *p;) {
        char option[OPTION_SIZE];
        size_t n = strcspn(p, "|");
        snprintf(option, sizeof option, "%.*s", (int)n, p);
        paper_box(paper, x, y, TICK, TICK);
        x += TICK + TICK_GAP;
        paper_text(paper, x, y - 0.2, PAPER_INNER, STYLE_BODY, option); /* on the box's base line */
        int width = 0;
        pango_layout_get_size(paper->layout, &width, NULL);
        x += (double)width / PANGO_SCALE + OPTION_GAP;
        p += n + (p[n] == '|');
    }
}

static void draw_field(struct paper *paper, const struct field *field, double x, double y,
                       double width, double height)
{
    if (field->kind == FIELD_CHOICE)
        draw_options(paper, field->value, x, y + 1.2);
    else if (field->kind == FIELD_LINE || !field->value || !field->value[0])
        paper_line(paper, x, y + height, x + width, y + height, LINE_GREY);
    else
        paper_text(paper, x, y, width, STYLE_BODY, field->value);
}

void paper_fields(struct paper *paper, enum lang lang, const struct field *field, int n)
{
    char label[LABEL_SIZE];
    double label_height = 0, height = 0;
    for (int i = 0; i < n; i++) {
        double width = field[i].share * PAPER_INNER - COLUMN_GAP;
        paper_label(lang, field[i].label, label);
        double tall = paper_text_height(paper, width, STYLE_SMALL, label);
        double content = content_height(paper, &field[i], width);
        label_height = tall > label_height ? tall : label_height;
        height = content > height ? content : height;
    }
    paper_need(paper, label_height + LABEL_GAP + height + ROW_GAP);
    double x = PAPER_MARGIN;
    for (int i = 0; i < n; i++) {
        double width = field[i].share * PAPER_INNER - COLUMN_GAP;
        paper_label(lang, field[i].label, label);
        paper_text(paper, x, paper->y, width, STYLE_SMALL, label);
        draw_field(paper, &field[i], x, paper->y + label_height + LABEL_GAP, width, height);
        x += field[i].share * PAPER_INNER;
    }
    paper->y += label_height + LABEL_GAP + height + ROW_GAP;
}

void paper_section(struct paper *paper, enum lang lang, int number, enum text_key title,
                   double with_mm)
{
    char text[16];
    snprintf(text, sizeof text, "%d", number);
    double width = PAPER_INNER * 0.62;
    double height = paper_text_height(paper, width, STYLE_HEAD, say(lang, title));
    paper_need(paper, SECTION_BEFORE + height + SECTION_AFTER + with_mm);
    paper->y += paper_at_top(paper) ? 0 : SECTION_BEFORE;
    paper_text(paper, PAPER_MARGIN, paper->y, NUMBER_WIDTH, STYLE_HEAD, text);
    paper_text(paper, PAPER_MARGIN + NUMBER_WIDTH, paper->y, width, STYLE_HEAD, say(lang, title));
    pango_layout_set_alignment(paper->layout, PANGO_ALIGN_RIGHT);
    paper_text(paper, PAPER_MARGIN + NUMBER_WIDTH + width, paper->y + 1,
               PAPER_INNER - NUMBER_WIDTH - width, STYLE_SMALL, say(other(lang), title));
    pango_layout_set_alignment(paper->layout, PANGO_ALIGN_LEFT);
    paper->y += height + 0.5;
    paper_line(paper, PAPER_MARGIN, paper->y, PAPER_WIDTH - PAPER_MARGIN, paper->y, RULE_GREY);
    paper->y += SECTION_AFTER;
}

void paper_paragraph(struct paper *paper, enum style style, const char *text)
{
    double height = paper_text_height(paper, PAPER_INNER, style, text);
    paper_need(paper, height);
    paper_text(paper, PAPER_MARGIN, paper->y, PAPER_INNER, style, text);
    paper->y += height + 1.0;
}
