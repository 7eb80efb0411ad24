/* One series: when and from where it came, what its envelopes share, and what each of them shows of
 * that, side by side. */
#include "web/page.h"

#include "web/text/series_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void heading(struct html *h, const struct series *series)
{
    h_lit(h, "<header class=\"page-head\"><h1>");
    h_say(h, T_series);
    h_lit(h, " ");
    h_int(h, series->id);
    h_lit(h, "</h1><p class=\"lead\">");
    h_int(h, series->n_members);
    h_lit(h, " ");
    h_say(h, T_envelopes);
    h_lit(h, ". ");
    h_say(h, series->strong ? T_series_lead_strong : T_series_lead_possible);
    h_lit(h, "</p></header>");
}

static void fact_begin(struct html *h, enum text_key name)
{
    h_lit(h, "<div><dt>");
    h_say(h, name);
    h_lit(h, "</dt><dd>");
}

/* "Duitsland (6), Frankrijk" */
static void countries(struct html *h, const struct series *series)
{
    int listed = 0;
    for (int i = 0; i < series->n_members; i++) {
        const char *country = series->member[i].country;
        int times = 0;
        if (!series_first_of_country(series, i))
            continue;
        for (int k = i; k < series->n_members; k++)
            times += strcmp(series->member[k].country, country) == 0;
        if (listed++)
            h_lit(h, ", ");
        h_text(h, country_text(h->lang, country));
        if (times > 1) {
            h_lit(h, " (");
            h_int(h, times);
            h_lit(h, ")");
        }
    }
    if (!listed)
        h_lit(h, "–");
}

static void facts(struct html *h, const struct series *series)
{
    const char *first, *last;
    series_dates(series, &first, &last);
    h_lit(h, "<section class=\"card\"><dl class=\"facts-list\">");
    fact_begin(h, T_series_first);
    h_time(h, first);
    h_lit(h, "</dd></div>");
    fact_begin(h, T_series_last);
    h_time(h, last);
    h_lit(h, "</dd></div>");
    fact_begin(h, T_series_countries);
    countries(h, series);
    h_lit(h, "</dd></div></dl><p class=\"quiet\">");
    h_say(h, T_series_limit);
    h_lit(h, "</p></section>");
}

static void shared(struct html *h, const struct series *series)
{
    h_lit(h, "<section class=\"card\" aria-labelledby=\"shared\"><h2 id=\"shared\">");
    h_say(h, T_series_shared);
    h_lit(h, "</h2><ol class=\"reasons\">");
    part_series_reasons(h, series, SERIES_REASONS_MAX);
    h_lit(h, "</ol></section>");
}

static void table_head(struct html *h, const struct series *series)
{
    char words[SERIES_TEXT_SIZE];
    h_lit(h, "<div class=\"scroll\" tabindex=\"0\" role=\"region\"");
    h_attr_say(h, "aria-label", T_series_members);
    h_lit(h, "><table class=\"members\"><thead><tr><th scope=\"col\">");
    h_say(h, T_item);
    h_lit(h, "</th><th scope=\"col\">");
    h_say(h, T_scanned_at);
    h_lit(h, "</th><th scope=\"col\">");
    h_say(h, T_series_countries);
    h_lit(h, "</th>");
    for (int i = 0; i < series->n_reasons; i++) {
        series_head_text(h->lang, &series->reason[i], words);
        h_lit(h, "<th scope=\"col\">");
        h_text(h, words);
        h_lit(h, "</th>");
    }
    h_lit(h, "</tr></thead><tbody>");
}

static void member_row(struct html *h, const struct series *series, int row)
{
    const struct series_member *member = &series->member[row];
    char words[SERIES_TEXT_SIZE];
    h_lit(h, "<tr><th scope=\"row\">");
    part_item_link(h, member->item);
    if (member->verdict != VERDICT_IMITATION) {
        h_lit(h, "<br>");
        part_badge(h, member->verdict);
    }
    h_lit(h, "</th><td>");
    h_time_short(h, member->captured);
    h_lit(h, "</td><td>");
    h_text(h, member->country[0] ? country_text(h->lang, member->country) : "–");
    h_lit(h, "</td>");
    for (int i = 0; i < series->n_reasons; i++) {
        const struct series_cell *cell = series_cell(series, row, i);
        series_cell_text(h->lang, &series->reason[i], cell, words);
        if (cell->shows == SERIES_SHOWS_DEVIATION || cell->shows == SERIES_SHOWS_MISSING)
            h_lit(h, "<td>");
        else
            h_lit(h, "<td class=\"quiet\">");
        h_text(h, words);
        h_lit(h, "</td>");
    }
    h_lit(h, "</tr>");
}

static void show_series(const struct request *request, const struct series *series, struct buf *out)
{
    struct html h = {out, request->lang};
    layout_begin_numbered(&h, request, T_series, series->id, NAV_LIST);
    heading(&h, series);
    facts(&h, series);
    shared(&h, series);
    h_lit(&h, "<section class=\"card\" aria-labelledby=\"members\"><h2 id=\"members\">");
    h_say(&h, T_series_members);
    h_lit(&h, "</h2>");
    table_head(&h, series);
    for (int i = 0; i < series->n_members; i++)
        member_row(&h, series, i);
    h_lit(&h, "</tbody></table></div></section>");
    layout_end(&h, request);
}

/* By any of its members: the earliest names it, and two series may have become one. */
void page_series(const struct request *request, struct response *ret)
{
    const struct web_host *host = &request->site->host;
    int64_t number = strtoll(request->argument, NULL, 10);
    struct series series = {0};
    struct err err;
    if (!host->series) {
        response_error(request, 404, NULL, ret);
        return;
    }
    if (!host->series(host->ctx, request->reg, number, &series, &err)) {
        response_error(request, 503, err.text, ret);
        return;
    }
    if (series.n_members == 0) {
        response_error(request, 404, NULL, ret);
    } else if (series.id != number) {
        char path[PATH_MAX_BYTES];
        snprintf(path, sizeof path, "/series/%lld", (long long)series.id);
        response_redirect(path, ret);
    } else {
        show_series(request, &series, &ret->body);
    }
    series_finish(&series);
}
