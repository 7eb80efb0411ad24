/* Parts 1 to 6: which sheet, whose, what it is, when and where it was found. */
#include "web/sheet/sheet.h"

#include "web/text/when.h"

#include <stdio.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))
#define FORM_VERSION "1"
#define NOTE_PADDING 3.0
#define NOTE_GREY 0.94
#define SIDE_COLUMN                                                                                \
    0.62 /* the title's part of the width; the rest says what kind of paper this is */

static void title(struct paper *paper, const struct sheet_data *data)
{
    enum lang second = data->lang == LANG_NL ? LANG_EN : LANG_NL;
    const char *claim = say(data->lang, T_sheet_no_expert),
               *scope = say(data->lang, T_sheet_observes);
    double width = PAPER_INNER * SIDE_COLUMN, y = paper->y;
    y += paper_text(paper, PAPER_MARGIN, y, width, STYLE_TITLE, say(data->lang, T_sheet_title));
    y += paper_text(paper, PAPER_MARGIN, y, width, STYLE_BODY, say(second, T_sheet_title)) + 1;
    double x = PAPER_MARGIN + width, inner = PAPER_INNER - width - 2 * NOTE_PADDING;
    double claim_height = paper_text_height(paper, inner, STYLE_BOLD, claim);
    double height = claim_height + paper_text_height(paper, inner, STYLE_SMALL, scope) + 1;
    paper_fill(paper, x, paper->y, inner + 2 * NOTE_PADDING, height + 2 * NOTE_PADDING, NOTE_GREY);
    paper_text(paper, x + NOTE_PADDING, paper->y + NOTE_PADDING, inner, STYLE_BOLD, claim);
    paper_text(paper, x + NOTE_PADDING, paper->y + NOTE_PADDING + claim_height + 1, inner,
               STYLE_SMALL, scope);
    double bottom = paper->y + height + 2 * NOTE_PADDING;
    paper->y = (y > bottom ? y : bottom) + 1;
}

static void identity(struct paper *paper, const struct sheet_data *data)
{
    char made[WHEN_SIZE];
    when_zoned(data->lang, data->checkpoint.time, made);
    const struct field fields[] = {
        {FIELD_VALUE, T_sheet_no, data->number, 0.3},
        {FIELD_VALUE, T_sheet_version, FORM_VERSION, 0.14},
        {FIELD_VALUE, T_sheet_made, made, 0.56},
    };
    const struct field copies[] = {
        {FIELD_CHOICE, T_sheet_copy, say(data->lang, T_sheet_copies), 1.0},
    };
    paper_section(paper, data->lang, 1, T_sheet_part_1, 10);
    paper_fields(paper, data->lang, fields, COUNT(fields));
    paper_fields(paper, data->lang, copies, COUNT(copies));
}

static void firm(struct paper *paper, const struct sheet_data *data)
{
    const struct field fields[] = {
        {FIELD_VALUE, T_firm_name, data->firm.name, 0.5},
        {FIELD_VALUE, T_firm_kvk, data->firm.kvk, 0.18},
        {FIELD_VALUE, T_firm_contact, data->firm.contact, 0.32},
    };
    const struct field address[] = {{FIELD_VALUE, T_firm_address, data->firm.address, 1.0}};
    paper_section(paper, data->lang, 2, T_sheet_part_2, 10);
    paper_fields(paper, data->lang, fields, COUNT(fields));
    paper_fields(paper, data->lang, address, COUNT(address));
}

static void object(struct paper *paper, const struct sheet_data *data)
{
    char item[24], size[96], width[NUMBER_TEXT_SIZE], height[NUMBER_TEXT_SIZE];
    const struct screening *screening = &data->item.screening;
    snprintf(item, sizeof item, "%lld", (long long)data->item.row.item);
    number_text(data->lang, screening->size_mm[0], 1, width);
    number_text(data->lang, screening->size_mm[1], 1, height);
    snprintf(size, sizeof size, "%s, %.30s × %.30s mm", say(data->lang, T_sheet_envelope), width,
             height);
    const struct field what[] = {
        {FIELD_VALUE, T_sheet_item_no, item, 0.2},
        {FIELD_VALUE, T_sheet_count, "1", 0.2},
        {FIELD_LINE, T_sheet_weight, NULL, 0.3},
        {FIELD_VALUE, T_sheet_sheet_id, data->item.row.sheet_id, 0.3},
    };
    const struct field condition[] = {
        {FIELD_VALUE, T_sheet_description, size, 0.27},
        {FIELD_CHOICE, T_sheet_condition, say(data->lang, T_sheet_conditions), 0.46},
        {FIELD_LINE, T_sheet_opened_by, NULL, 0.27},
    };
    paper_section(paper, data->lang, 3, T_sheet_part_3, 10);
    paper_fields(paper, data->lang, what, COUNT(what));
    paper_section(paper, data->lang, 4, T_sheet_part_4, 10);
    paper_fields(paper, data->lang, condition, COUNT(condition));
}

/* All codes that were read, in one line; what fails its check is told as such. */
static void codes_text(enum lang lang, const struct screening *screening, struct buf *ret)
{
    char meaning[CODE_TEXT_SIZE];
    for (int i = 0; i < screening->n_codes; i++) {
        buf_puts(ret, i ? "; " : "");
        buf_puts(ret, term_text(lang, screening->code[i].symbology));
        buf_puts(ret, " ");
        buf_puts(ret, screening->code[i].text);
        code_text(lang, &screening->code[i], meaning, sizeof meaning);
        if (meaning[0])
            buf_printf(ret, " (%s)", meaning);
    }
}

static void return_text(const struct sheet_data *data, struct buf *ret)
{
    const struct screening_return *returned = &data->item.screening.returned;
    if (!returned->is_return) {
        buf_puts(ret, say(data->lang, T_sheet_not_returned));
        return;
    }
    buf_puts(ret, returned->country[0] ? country_text(data->lang, returned->country)
                                       : say(data->lang, T_country_unknown));
    if (returned->operator_[0]) {
        buf_puts(ret, ", ");
        buf_puts(ret, returned->operator_);
    }
    if (returned->reason[0]) {
        buf_puts(ret, ": ");
        buf_puts(ret, return_reason_text(data->lang, returned->reason));
    }
}

/* "12 februari 2026: Gepost, Nederland · poststempel", a line each. */
static void journey_lines(const struct sheet_data *data, struct buf *ret)
{
    const struct screening *screening = &data->item.screening;
    for (int i = 0; i < screening->n_events; i++) {
        const struct screening_event *event = &screening->event[i];
        char words[JOURNEY_TEXT_SIZE], day[WHEN_SIZE];
        when_date(data->lang, event->date, day);
        journey_text(data->lang, event, words, sizeof words);
        buf_printf(ret, "%s%s, %s: %s", i ? "\n" : "", stage_text(data->lang, event->stage),
                   event->date[0] ? day : say(data->lang, T_journey_undated), words);
    }
}

/* One line: "Erika Muster, Lindenweg 14, 48143 Münster, Duitsland". */
static void party_text(enum lang lang, const struct screening_party *party, struct buf *ret)
{
    const char *country = party->country[0] ? country_text(lang, party->country) : "";
    const char *const parts[] = {party->name, party->street, party->postcode, party->place,
                                 country};
    for (size_t i = 0; party->known && i < sizeof parts / sizeof *parts; i++)
        if (parts[i][0])
            buf_printf(ret, "%s%s",
                       !ret->len                      ? ""
                       : i == 3 && party->postcode[0] ? " "
                                                      : ", ",
                       parts[i]);
}

static void arrival(struct paper *paper, const struct sheet_data *data)
{
    char scanned[WHEN_SIZE], batch[SHEET_ID_SIZE + 24];
    struct buf codes = {0}, returned = {0}, journey = {0}, sender = {0}, recipient = {0};
    when_zoned(data->lang, data->item.row.captured, scanned);
    snprintf(batch, sizeof batch, "%s / %d", data->item.row.batch, data->item.row.seq);
    codes_text(data->lang, &data->item.screening, &codes);
    return_text(data, &returned);
    journey_lines(data, &journey);
    party_text(data->lang, &data->item.screening.sender, &sender);
    party_text(data->lang, &data->item.screening.recipient, &recipient);
    const struct field times[] = {
        {FIELD_LINE, T_sheet_arrived, NULL, 0.28},
        {FIELD_VALUE, T_sheet_scanned, scanned, 0.44},
        {FIELD_VALUE, T_sheet_batch, batch, 0.28},
    };
    const struct field post[] = {
        {FIELD_LINE, T_sheet_carrier, NULL, 0.28},
        {FIELD_LINE, T_sheet_postmark, NULL, 0.28},
        {FIELD_VALUE, T_sheet_codes, codes.data, 0.44},
    };
    const struct field label[] = {{FIELD_VALUE, T_sheet_return, returned.data, 1.0}};
    const struct field way[] = {{FIELD_VALUE, T_journey, journey.data, 1.0}};
    const struct field parties[] = {{FIELD_VALUE, T_sender_is, sender.data, 0.5},
                                    {FIELD_VALUE, T_recipient_is, recipient.data, 0.5}};
    const struct field found[] = {{FIELD_LINE, T_sheet_found_by, NULL, 0.5},
                                  {FIELD_LINE, T_sheet_found_at, NULL, 0.5}};
    paper_section(paper, data->lang, 5, T_sheet_part_5, 10);
    paper_fields(paper, data->lang, times, COUNT(times));
    paper_fields(paper, data->lang, post, COUNT(post));
    paper_fields(paper, data->lang, label, COUNT(label));
    if (journey.len)
        paper_fields(paper, data->lang, way, COUNT(way));
    if (sender.len || recipient.len)
        paper_fields(paper, data->lang, parties, COUNT(parties));
    paper_section(paper, data->lang, 6, T_sheet_part_6, 10);
    paper_fields(paper, data->lang, found, COUNT(found));
    buf_finish(&codes);
    buf_finish(&returned);
    buf_finish(&journey);
    buf_finish(&sender);
    buf_finish(&recipient);
}

void sheet_identity(struct paper *paper, const struct sheet_data *data)
{
    title(paper, data);
    identity(paper, data);
    firm(paper, data);
    object(paper, data);
    arrival(paper, data);
}
