/* The register's own facts about an item: all readings, the log entries, the files with their
 * hashes. */
#include "web/page.h"

#include "web/pages/item_parts.h"

#include <stdio.h>

#define VALUE_DECIMALS 3
#define MM_DECIMALS 1
#define SECONDS_DECIMALS 2

static void section(struct html *h, enum text_key title)
{
    h_lit(h, "<details class=\"facts\"><summary><h2>");
    h_say(h, title);
    h_lit(h, "</h2></summary>");
}

static void heads(struct html *h, const enum text_key *key, size_t n)
{
    h_lit(h, "<div class=\"scroll\" tabindex=\"0\" role=\"region\"");
    h_attr_say(h, "aria-label", key[0]);
    h_lit(h, "><table><thead><tr>");
    for (size_t i = 0; i < n; i++) {
        h_lit(h, "<th scope=\"col\">");
        h_say(h, key[i]);
        h_lit(h, "</th>");
    }
    h_lit(h, "</tr></thead><tbody>");
}

static void reading_row(struct html *h, const struct reading *reading)
{
    char words[96];
    h_lit(h, "<tr><th scope=\"row\">");
    check_text(h->lang, reading->check, words, sizeof words);
    h_text(h, words);
    h_lit(h, "</th><td>");
    element_text(h->lang, reading->element, words, sizeof words);
    h_text(h, words);
    h_lit(h, "</td><td class=\"num\">");
    if (reading->outcome == OUTCOME_MEASURED) {
        unit_text(h->lang, reading->unit, words, sizeof words);
        h_real(h, reading->value, VALUE_DECIMALS);
        h_lit(h, " <span class=\"quiet\">");
        h_text(h, words);
        h_lit(h, "</span>");
    } else {
        h_text(h, outcome_text(h->lang, reading->outcome));
    }
    h_lit(h, "</td><td class=\"num\">");
    if (reading->has_genuine) {
        h_real(h, reading->genuine[0], VALUE_DECIMALS);
        h_lit(h, "–");
        h_real(h, reading->genuine[1], VALUE_DECIMALS);
        h_lit(h, " (n = ");
        h_int(h, reading->genuine_n);
        h_lit(h, ")");
    }
    h_lit(h, "</td><td>");
    h_text(h, points_text(h->lang, reading->points));
    h_lit(h, "</td></tr>");
}

static void fact(struct html *h, enum text_key name, const char *value)
{
    if (!value[0])
        return;
    h_lit(h, "<div><dt>");
    h_say(h, name);
    h_lit(h, "</dt><dd>");
    h_text(h, value);
    h_lit(h, "</dd></div>");
}

static void measures(struct html *h, const struct screening *screening)
{
    h_lit(h, "<div><dt>");
    h_say(h, T_size);
    h_lit(h, "</dt><dd>");
    h_real(h, screening->size_mm[0], MM_DECIMALS);
    h_lit(h, " × ");
    h_real(h, screening->size_mm[1], MM_DECIMALS);
    h_lit(h, " mm, ");
    h_real(h, screening->dpi, 0);
    h_lit(h, " dpi</dd></div>");
}

/* "code128: RR473124829NL (number of an item, posted in the Netherlands)" */
static void code_fact(struct html *h, const struct screening_code *code)
{
    char meaning[CODE_TEXT_SIZE];
    code_text(h->lang, code, meaning, sizeof meaning);
    h_lit(h, "<div><dt>");
    h_text(h, term_text(h->lang, code->symbology));
    h_lit(h, "</dt><dd>");
    h_text(h, code->text);
    if (meaning[0]) {
        h_lit(h, " (");
        h_text(h, meaning);
        h_lit(h, ")");
    }
    h_lit(h, "</dd></div>");
}

static void sheet_facts(struct html *h, const struct reg_item *item)
{
    const struct screening *screening = &item->screening;
    char words[256];
    h_lit(h, "<dl class=\"facts-list\">");
    measures(h, screening);
    fact(h, T_template, screening->template_name);
    fact(h, T_print_technique, term_text(h->lang, screening->technology.estimate));
    dots_text(h->lang, screening, words, sizeof words);
    fact(h, T_tracking_dots, words);
    fact(h, T_sender_read, screening->text_sender);
    for (int i = 0; i < screening->n_codes; i++)
        code_fact(h, &screening->code[i]);
    if (screening->returned.unread) {
        snprintf(words, sizeof words, "%d", screening->returned.unread);
        fact(h, T_texts_unread, words);
    }
    fact(h, T_device, item->sheet.device.model);
    fact(h, T_software, screening->version);
    h_lit(h, "<div><dt>");
    h_say(h, T_screening_time);
    h_lit(h, "</dt><dd>");
    h_real(h, item->row.seconds, SECONDS_DECIMALS);
    h_lit(h, " s</dd></div></dl>");
}

void item_readings(struct html *h, const struct reg_item *item)
{
    static const enum text_key columns[] = {T_check, T_element, T_value, T_genuine_range, T_points};
    section(h, T_readings);
    sheet_facts(h, item);
    heads(h, columns, sizeof columns / sizeof *columns);
    for (int i = 0; i < item->screening.n_readings; i++)
        reading_row(h, &item->screening.reading[i]);
    h_lit(h, "</tbody></table></div></details>");
}

void item_events(struct html *h, const struct reg_item *item)
{
    char words[96];
    section(h, T_time_line);
    h_lit(h, "<ol class=\"events\">");
    for (int i = 0; i < item->n_events; i++) {
        const struct reg_event *event = &item->event[i];
        event_text(h->lang, event->type, words, sizeof words);
        h_lit(h, "<li><p><b>");
        h_text(h, words);
        h_lit(h, "</b></p><p class=\"quiet\">");
        h_time(h, event->time);
        h_lit(h, " · ");
        h_text(h, event->actor);
        h_lit(h, " · ");
        h_say(h, T_entry);
        h_lit(h, " ");
        h_int(h, event->seq);
        h_lit(h, "</p><details><summary>");
        h_say(h, T_exact_entry);
        h_lit(h, "</summary><pre class=\"ocr\">");
        h_text(h, event->json ? event->json : "");
        h_lit(h, "</pre>");
        part_hash(h, event->leaf);
        h_lit(h, "</details></li>");
    }
    h_lit(h, "</ol></details>");
}

void item_files(struct html *h, const struct reg_item *item)
{
    static const enum text_key columns[] = {T_file, T_file_size, T_sha256};
    section(h, T_files);
    h_lit(h, "<p>");
    h_say(h, T_files_lead);
    h_lit(h, "</p>");
    heads(h, columns, sizeof columns / sizeof *columns);
    for (int i = 0; i < item->n_files; i++) {
        const struct reg_file *file = &item->file[i];
        h_lit(h, "<tr><th scope=\"row\"><a href=\"");
        part_blob_url(h, file->sha256);
        h_lit(h, "\">");
        h_text(h, file->name);
        h_lit(h, "</a></th><td class=\"num\">");
        h_bytes(h, file->size);
        h_lit(h, "</td><td>");
        part_hash(h, file->sha256);
        if (file->sha256_pixels[0]) {
            h_lit(h, "<span class=\"quiet\">");
            h_say(h, T_pixels);
            h_lit(h, "</span> ");
            part_hash(h, file->sha256_pixels);
        }
        h_lit(h, "</td></tr>");
    }
    h_lit(h, "</tbody></table></div></details>");
}
