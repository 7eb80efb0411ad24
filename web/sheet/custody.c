/* Parts 9 to 17: what is filled in by pen when the envelope is packed and handed over. */
#include "web/sheet/sheet.h"

#include "web/text/when.h"

#include <string.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))
#define BLANK_ROWS 3
#define ROW_HEIGHT 8.0
#define HEAD_HEIGHT 8.0
#define SIGNATURE_HEIGHT 18.0
#define SIN_WIDTH 60.0 /* the police's sticker, left blank: never made up */
#define SIN_HEIGHT 30.0
#define REMARK_LINES 3
#define REMARK_HEIGHT 7.5
#define GRID_GREY 0.35

/* ---- the custody table
 * ---------------------------------------------------------------------------- */

struct column {
    enum text_key title;
    double share;
};
static const struct column columns[] = {
    {T_custody_time, 0.25},  {T_custody_what, 0.25},     {T_custody_who, 0.2},
    {T_custody_where, 0.18}, {T_custody_initials, 0.12},
};

static void table_row(struct paper *paper, const char *const text[COUNT(columns)], double height,
                      enum style style)
{
    double x = PAPER_MARGIN;
    for (int i = 0; i < COUNT(columns); i++) {
        double width = columns[i].share * PAPER_INNER;
        paper_box(paper, x, paper->y, width, height);
        if (text && text[i])
            paper_text(paper, x + 1.5, paper->y + 1.2, width - 3, style, text[i]);
        x += width;
    }
    paper->y += height;
}

static double row_height(struct paper *paper, const char *const text[COUNT(columns)])
{
    double height = ROW_HEIGHT;
    for (int i = 0; i < COUNT(columns); i++) {
        if (!text[i])
            continue;
        double tall =
            paper_text_height(paper, columns[i].share * PAPER_INNER - 3, STYLE_SMALL, text[i]) +
            2.4;
        height = tall > height ? tall : height;
    }
    return height;
}

/* Entries that tell where the envelope itself was; what the program computed is not custody. */
static bool is_custody(const char *type)
{
    static const char *const types[] = {"item.received",   "custody.moved",     "seal.applied",
                                        "police.notified", "handover.prepared", "handover.receipt",
                                        "review.decided"};
    for (int i = 0; i < COUNT(types); i++)
        if (strcmp(type, types[i]) == 0)
            return true;
    return false;
}

static void custody_table(struct paper *paper, const struct sheet_data *data)
{
    char label[COUNT(columns)][LABEL_SIZE];
    const char *head[COUNT(columns)];
    for (int i = 0; i < COUNT(columns); i++) {
        paper_label(data->lang, columns[i].title, label[i]);
        head[i] = label[i];
    }
    paper_need(paper, HEAD_HEIGHT + ROW_HEIGHT);
    table_row(paper, head, row_height(paper, head), STYLE_SMALL);
    for (int i = 0; i < data->item.n_events; i++) {
        const struct reg_event *event = &data->item.event[i];
        if (!is_custody(event->type))
            continue;
        char when[WHEN_SIZE], what[96];
        when_zoned(data->lang, event->time, when);
        event_text(data->lang, event->type, what, sizeof what);
        const char *text[COUNT(columns)] = {when, what, event->actor, NULL, NULL};
        double height = row_height(paper, text);
        paper_need(paper, height);
        table_row(paper, text, height, STYLE_SMALL);
    }
    for (int i = 0; i < BLANK_ROWS; i++) {
        paper_need(paper, ROW_HEIGHT);
        table_row(paper, NULL, ROW_HEIGHT, STYLE_SMALL);
    }
    paper->y += 3;
}

void sheet_custody(struct paper *paper, const struct sheet_data *data)
{
    enum lang lang = data->lang;
    const struct field bag[] = {{FIELD_LINE, T_sheet_bag, NULL, 0.33},
                                {FIELD_LINE, T_sheet_seal, NULL, 0.33},
                                {FIELD_LINE, T_sheet_sealed_by, NULL, 0.34}};
    const struct field report[] = {
        {FIELD_LINE, T_report_time, NULL, 0.28},
        {FIELD_CHOICE, T_report_channel, say(lang, T_report_channels), 0.44},
        {FIELD_LINE, T_report_reference, NULL, 0.28}};
    paper_section(paper, lang, 9, T_sheet_part_9, 12);
    paper_fields(paper, lang, bag, COUNT(bag));
    paper_section(paper, lang, 10, T_sheet_part_10, HEAD_HEIGHT + 2 * ROW_HEIGHT);
    custody_table(paper, data);
    paper_section(paper, lang, 11, T_sheet_part_11, 12);
    paper_fields(paper, lang, report, COUNT(report));
    paper_section(paper, lang, 12, T_sheet_part_12, 14);
    static const enum text_key advice[] = {T_care_open, T_care_gloves, T_care_bag, T_care_wash,
                                           T_care_powder};
    for (int i = 0; i < COUNT(advice); i++) {
        struct buf line = {0};
        buf_puts(&line, "•  ");
        buf_puts(&line, say(lang, advice[i]));
        paper_paragraph(paper, advice[i] == T_care_powder ? STYLE_BOLD : STYLE_BODY,
                        line.data ? line.data : "");
        buf_finish(&line);
    }
}

/* ---- signatures
 * ----------------------------------------------------------------------------------- */

static void signature(struct paper *paper, enum lang lang)
{
    paper_need(paper, SIGNATURE_HEIGHT + 3);
    double width = PAPER_INNER * 0.6;
    char label[LABEL_SIZE];
    paper_label(lang, T_signature, label);
    paper_box(paper, PAPER_MARGIN, paper->y, width, SIGNATURE_HEIGHT);
    paper_text(paper, PAPER_MARGIN + 1.5, paper->y + 1, width - 3, STYLE_SMALL, label);
    double x = PAPER_MARGIN + width + 5, y = paper->y;
    paper_label(lang, T_signature_time, label);
    paper_text(paper, x, y, PAPER_INNER - width - 5, STYLE_SMALL, label);
    paper_line(paper, x, y + SIGNATURE_HEIGHT, PAPER_WIDTH - PAPER_MARGIN, y + SIGNATURE_HEIGHT,
               GRID_GREY);
    paper->y += SIGNATURE_HEIGHT + 3;
}

static void people(struct paper *paper, enum lang lang)
{
    const struct field giver[] = {{FIELD_LINE, T_person_name, NULL, 0.5},
                                  {FIELD_LINE, T_person_role, NULL, 0.5}};
    const struct field taker[] = {{FIELD_LINE, T_person_name, NULL, 0.5},
                                  {FIELD_LINE, T_person_rank, NULL, 0.25},
                                  {FIELD_LINE, T_person_service_no, NULL, 0.25}};
    const struct field unit[] = {{FIELD_LINE, T_person_unit, NULL, 0.5},
                                 {FIELD_CHOICE, T_person_id_seen, say(lang, T_yes_no), 0.5}};
    paper_section(paper, lang, 13, T_sheet_part_13, SIGNATURE_HEIGHT + 18);
    paper_fields(paper, lang, giver, COUNT(giver));
    signature(paper, lang);
    paper_section(paper, lang, 14, T_sheet_part_14, SIGNATURE_HEIGHT + 30);
    paper_fields(paper, lang, taker, COUNT(taker));
    paper_fields(paper, lang, unit, COUNT(unit));
    signature(paper, lang);
}

static void police_numbers(struct paper *paper, enum lang lang)
{
    paper_section(paper, lang, 15, T_sheet_part_15, SIN_HEIGHT + 4);
    double x = PAPER_WIDTH - PAPER_MARGIN - SIN_WIDTH, y = paper->y;
    double width = PAPER_INNER - SIN_WIDTH - 8;
    char label[LABEL_SIZE];
    static const enum text_key numbers[] = {T_number_pv, T_number_kvi};
    for (int i = 0; i < COUNT(numbers); i++) {
        double base = y + (i + 1) * SIN_HEIGHT / 2 - 1;
        paper_label(lang, numbers[i], label);
        paper_text(paper, PAPER_MARGIN, base - 12, width, STYLE_SMALL, label);
        paper_line(paper, PAPER_MARGIN, base, PAPER_MARGIN + width, base, GRID_GREY);
    }
    paper_box(paper, x, y, SIN_WIDTH, SIN_HEIGHT);
    paper_label(lang, T_number_sin, label);
    paper_text(paper, x + 2, y + 1.5, SIN_WIDTH - 4, STYLE_SMALL, label);
    paper->y += SIN_HEIGHT + 3;
}

void sheet_signatures(struct paper *paper, const struct sheet_data *data)
{
    enum lang lang = data->lang;
    const struct field receipt[] = {{FIELD_CHOICE, T_receipt_given, say(lang, T_yes_no), 0.5},
                                    {FIELD_CHOICE, T_receipt_waived, say(lang, T_yes_no), 0.5}};
    const struct field seal[] = {{FIELD_CHOICE, T_seal_intact, say(lang, T_yes_no), 0.4},
                                 {FIELD_LINE, T_remarks, NULL, 0.6}};
    people(paper, lang);
    police_numbers(paper, lang);
    paper_section(paper, lang, 16, T_sheet_part_16, 12);
    paper_fields(paper, lang, receipt, COUNT(receipt));
    paper_section(paper, lang, 17, T_sheet_part_17, 12 + REMARK_LINES * REMARK_HEIGHT);
    paper_fields(paper, lang, seal, COUNT(seal));
    for (int i = 0; i < REMARK_LINES; i++) {
        paper->y += REMARK_HEIGHT;
        paper_line(paper, PAPER_MARGIN, paper->y, PAPER_WIDTH - PAPER_MARGIN - 4, paper->y,
                   GRID_GREY);
    }
    paper->y += 3;
}
