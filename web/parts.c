#include "web/parts.h"

#include "web/text/series_text.h"

#include <string.h>

#define HASH_GROUP 8

static void shape(struct html *h, enum verdict_class verdict)
{
    h_lit(h, "<svg class=\"shape\" viewBox=\"0 0 20 20\" width=\"20\" height=\"20\" "
             "aria-hidden=\"true\" "
             "focusable=\"false\">");
    switch (verdict) {
    case VERDICT_GENUINE:
        h_lit(h, "<circle class=\"ground\" cx=\"10\" cy=\"10\" r=\"9\"/>"
                 "<path class=\"sign\" d=\"m5.5 10.5 3 3 6-7\"/>");
        break;
    case VERDICT_IMITATION:
        h_lit(h, "<path class=\"ground\" d=\"M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z\"/>"
                 "<path class=\"sign\" d=\"M10 5v6m0 3v1\"/>");
        break;
    case VERDICT_OTHER:
        h_lit(h, "<rect class=\"ground\" x=\"2\" y=\"4\" width=\"16\" height=\"12\" rx=\"1.5\"/>"
                 "<path class=\"sign\" d=\"m4 6 6 5 6-5\"/>");
        break;
    case VERDICT_UNSURE:
        h_lit(h, "<path class=\"ground\" d=\"M10 1.5 19.5 18.5H.5z\"/>"
                 "<path class=\"sign\" d=\"M7.9 9.3a2.2 2.2 0 1 1 2.9 2.1c-.6.2-.8.6-.8 1.3m0 "
                 "2.3v.6\"/>");
        break;
    }
    h_lit(h, "</svg>");
}

void part_verdict_class(struct html *h, const char *prefix, enum verdict_class verdict)
{
    h_lit(h, " class=\"");
    h_text(h, prefix);
    h_lit(h, " verdict-");
    h_text(h, verdict_names[verdict]);
    h_lit(h, "\"");
}

void part_badge(struct html *h, enum verdict_class verdict)
{
    h_lit(h, "<span");
    part_verdict_class(h, "badge", verdict);
    h_lit(h, ">");
    shape(h, verdict);
    h_lit(h, "<span>");
    h_text(h, verdict_text(h->lang, verdict));
    h_lit(h, "</span></span>");
}

void part_reason(struct html *h, const char *key)
{
    char text[REASON_SIZE * 4];
    reason_text(h->lang, key, text, sizeof text);
    h_text(h, text);
}

void part_country(struct html *h, const char *iso)
{
    if (!iso[0])
        return;
    h_lit(h, "<abbr class=\"country\" aria-hidden=\"true\">");
    h_text(h, iso);
    h_lit(h, "</abbr>");
}

void part_return(struct html *h, const char *country, const char *operator_, const char *reason)
{
    const char *land =
        country[0] ? country_text(h->lang, country) : say(h->lang, T_country_unknown);
    h_text(h, land);
    if (operator_[0]) {
        h_lit(h, ", ");
        h_text(h, operator_);
    }
    if (reason[0]) {
        h_lit(h, ": ");
        h_text(h, return_reason_text(h->lang, reason));
    }
}

void part_hash(struct html *h, const char *hex)
{
    h_lit(h, "<code class=\"hash\">");
    size_t n = strlen(hex);
    for (size_t at = 0; at < n; at += HASH_GROUP) {
        char group[HASH_GROUP + 1] = {0};
        memcpy(group, hex + at, n - at < HASH_GROUP ? n - at : HASH_GROUP);
        if (at)
            h_lit(h, "<wbr>");
        h_lit(h, "<span>");
        h_text(h, group);
        h_lit(h, "</span>");
    }
    h_lit(h, "</code>");
}

void part_blob_url(struct html *h, const char *sha256)
{
    h_lit(h, "/blob/");
    h_url(h, sha256);
}

void part_picture_link(struct html *h, const char *css_class, const char *sha256, const char *alt)
{
    h_lit(h, "<a");
    if (css_class)
        h_attr(h, "class", css_class);
    h_lit(h, " href=\"");
    part_blob_url(h, sha256);
    h_lit(h, "\"><img loading=\"lazy\"");
    h_attr(h, "alt", alt);
    h_lit(h, " src=\"");
    part_blob_url(h, sha256);
    h_lit(h, "\"></a>");
}

void part_item_link(struct html *h, int64_t item)
{
    h_lit(h, "<a href=\"/item/");
    h_int(h, item);
    h_lit(h, "\">");
    h_say(h, T_item);
    h_lit(h, " ");
    h_int(h, item);
    h_lit(h, "</a>");
}

void part_series_reasons(struct html *h, const struct series *series, int most)
{
    char words[SERIES_TEXT_SIZE];
    for (int i = 0; i < series->n_reasons && i < most; i++) {
        series_reason_text(h->lang, &series->reason[i], words);
        h_lit(h, "<li class=\"capital\">");
        h_text(h, words);
        h_lit(h, " <span class=\"quiet\">");
        series_share_text(h->lang, series, i, words);
        h_text(h, words);
        h_lit(h, "</span></li>");
    }
}

void part_token(struct html *h, const char *csrf)
{
    h_lit(h, "<input type=\"hidden\" name=\"csrf\"");
    h_attr(h, "value", csrf);
    h_lit(h, ">");
}

void part_button_form(struct html *h, const char *csrf, const char *action, enum text_key label,
                      const char *css_class)
{
    h_lit(h, "<form method=\"post\"");
    h_attr(h, "action", action);
    h_lit(h, ">");
    part_token(h, csrf);
    h_lit(h, "<button");
    h_attr(h, "class", css_class);
    h_lit(h, ">");
    h_say(h, label);
    h_lit(h, "</button></form>");
}
