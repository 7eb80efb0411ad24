/* The findings in plain words, each with the picture pair; the measured numbers are one click away,
 * for whoever wants them. And what was read on a return sticker. */
#include "web/page.h"

#include "web/pages/item_parts.h"

#include <string.h>

#define VALUE_DECIMALS 2

static void picture(struct html *h, const struct reg_file *file, enum text_key name)
{
    h_lit(h, "<figure><figcaption>");
    h_say(h, name);
    h_lit(h, "</figcaption>");
    if (file) {
        h_lit(h, "<img loading=\"lazy\"");
        h_attr_say(h, "alt", name);
        h_lit(h, " src=\"");
        part_blob_url(h, file->sha256);
        h_lit(h, "\">");
    } else {
        h_lit(h, "<p class=\"not-kept\">");
        h_say(h, T_nothing_to_show);
        h_lit(h, "</p>");
    }
    h_lit(h, "</figure>");
}

void item_measured(struct html *h, const struct reading *reading)
{
    char words[64];
    check_text(h->lang, reading->check, words, sizeof words);
    h_lit(h, "<li>");
    h_text(h, words);
    h_lit(h, ": ");
    if (reading->outcome == OUTCOME_MEASURED) {
        unit_text(h->lang, reading->unit, words, sizeof words);
        h_lit(h, "<b>");
        h_real(h, reading->value, VALUE_DECIMALS);
        h_lit(h, "</b> ");
        h_text(h, words);
    } else {
        h_text(h, outcome_text(h->lang, reading->outcome));
    }
    if (reading->has_genuine) {
        h_lit(h, "; ");
        h_say(h, T_own_envelopes);
        h_lit(h, " ");
        h_real(h, reading->genuine[0], VALUE_DECIMALS);
        h_lit(h, " ");
        h_say(h, T_to);
        h_lit(h, " ");
        h_real(h, reading->genuine[1], VALUE_DECIMALS);
        h_lit(h, " (n = ");
        h_int(h, reading->genuine_n);
        h_lit(h, ")");
    }
    if (reading->note[0]) {
        h_lit(h, "<br><span class=\"quiet\">");
        h_text(h, reading->note);
        h_lit(h, "</span>");
    }
    h_lit(h, "</li>");
}

static void pair(struct html *h, const struct reg_item *item, const struct reading *reading)
{
    h_lit(h, "<div class=\"pair\">");
    picture(h, item_file(item, reading->crop_expected), T_expected);
    picture(h, item_file(item, reading->crop_seen), T_seen);
    h_lit(h, "</div>");
}

static bool shows_element(const struct reading *reading)
{
    return reading->crop_expected[0] && reading->crop_shows == CROP_ELEMENT;
}

/* The first reading of an element that has pictures of all of it. */
static bool first_pictured(const struct screening *screening, int index)
{
    const struct reading *reading = &screening->reading[index];
    if (!shows_element(reading))
        return false;
    for (int i = 0; i < index; i++)
        if (shows_element(&screening->reading[i]) &&
            strcmp(screening->reading[i].element, reading->element) == 0)
            return false;
    return true;
}

/* Every element beside its model, also those that nothing was found against: so that a person can
 * see for himself what "matches" means. */
static void compared(struct html *h, const struct reg_item *item)
{
    const struct screening *screening = &item->screening;
    char words[96];
    bool any = false;
    for (int i = 0; i < screening->n_readings; i++) {
        if (!first_pictured(screening, i))
            continue;
        if (!any) {
            h_lit(h, "<details class=\"facts compared\"");
            if (item->row.verdict == VERDICT_GENUINE)
                h_lit(h, " open");
            h_lit(h, "><summary>");
            h_say(h, T_compared);
            h_lit(h, "</summary>");
        }
        any = true;
        element_text(h->lang, screening->reading[i].element, words, sizeof words);
        h_lit(h, "<h3 class=\"capital\">");
        h_text(h, words);
        h_lit(h, "</h3>");
        pair(h, item, &screening->reading[i]);
    }
    if (any)
        h_lit(h, "</details>");
}

static void link_close_up(struct html *h, int number)
{
    h_lit(h, "<p class=\"to-print\"><a href=\"#print-");
    h_int(h, number);
    h_lit(h, "\">");
    h_say(h, T_print_see);
    h_lit(h, "</a></p>");
}

static void one_finding(struct html *h, const struct reg_item *item, const struct finding *finding)
{
    int close_up = finding->pictured ? print_pair_number(&item->screening, finding->pictured) : 0;
    h_lit(h, "<li class=\"finding");
    if (finding->against)
        h_lit(h, " against");
    h_lit(h, "\"");
    h_attr_int(h, "data-finding", finding->number);
    h_lit(h, "><h3><span class=\"number\">");
    h_int(h, finding->number);
    h_lit(h, "</span> ");
    part_reason(h, finding->reason);
    h_lit(h, "</h3>");
    if (close_up)
        link_close_up(h, close_up);
    else if (finding->pictured)
        pair(h, item, finding->pictured);
    if (finding->n_readings) {
        h_lit(h, "<details><summary>");
        h_say(h, T_measured_values);
        h_lit(h, "</summary><ul>");
        for (int i = 0; i < finding->n_readings; i++)
            item_measured(h, finding->reading[i]);
        h_lit(h, "</ul></details>");
    }
    h_lit(h, "</li>");
}

void item_findings(struct html *h, const struct reg_item *item, const struct finding *finding,
                   int n)
{
    h_lit(h, "<section aria-labelledby=\"findings-title\"><h2 id=\"findings-title\">");
    h_say(h, T_findings);
    h_lit(h, "</h2>");
    if (n == 0) {
        h_lit(h, "<p>");
        h_say(h, T_no_findings);
        h_lit(h, "</p>");
    }
    h_lit(h, "<ol class=\"findings\">");
    for (int i = 0; i < n; i++)
        one_finding(h, item, &finding[i]);
    h_lit(h, "</ol>");
    compared(h, item);
    h_lit(h, "</section>");
}

void item_return(struct html *h, const struct reg_item *item, bool has_phrases)
{
    const struct screening_return *returned = &item->screening.returned;
    if (!returned->is_return)
        return;
    h_lit(h,
          "<section class=\"returned\" aria-labelledby=\"return-title\"><h2 id=\"return-title\">");
    h_say(h, T_returned);
    h_lit(h, "</h2><p class=\"return-line\">");
    part_return(h, returned->country, returned->operator_, returned->reason);
    h_lit(h, "</p>");
    const struct reg_file *crop = item_file(item, returned->crop);
    if (crop) {
        h_lit(h, "<figure class=\"sticker\"><img loading=\"lazy\"");
        h_attr_say(h, "alt", T_sticker_alt);
        h_lit(h, " src=\"");
        part_blob_url(h, crop->sha256);
        h_lit(h, "\"><figcaption>");
        h_say(h, T_sticker_alt);
        h_lit(h, "</figcaption></figure>");
    }
    const char *text = returned->text[0] ? returned->text : item->screening.text_return;
    if (text[0]) {
        h_lit(h, "<details><summary>");
        h_say(h, T_text_read);
        h_lit(h, "</summary><pre class=\"ocr\">");
        h_text(h, text);
        h_lit(h, "</pre></details>");
    }
    if (has_phrases) {
        h_lit(h, "<p class=\"quiet\"><a href=\"/phrases\">");
        h_say(h, T_phrase_unknown_here);
        h_lit(h, "</a></p>");
    }
    h_lit(h, "</section>");
}
