/* One item: what it is, what to do with it, the photos with numbered findings, each finding with
 * the picture it should show beside the one it shows, print and tracking dots close up, then the
 * register's own facts. */
#include "web/page.h"

#include "web/pages/item_parts.h"

#include <stdlib.h>

static void neighbours(struct html *h, int64_t older, int64_t newer)
{
    h_lit(h, "<nav class=\"neighbours\"");
    h_attr_say(h, "aria-label", T_neighbours_label);
    h_lit(h, "><a href=\"/\">");
    h_say(h, T_back_to_list);
    h_lit(h, "</a>");
    if (newer) {
        h_lit(h, "<a rel=\"prev\" href=\"/item/");
        h_int(h, newer);
        h_lit(h, "\">");
        h_say(h, T_newer_item);
        h_lit(h, "</a>");
    }
    if (older) {
        h_lit(h, "<a rel=\"next\" href=\"/item/");
        h_int(h, older);
        h_lit(h, "\">");
        h_say(h, T_older_item);
        h_lit(h, "</a>");
    }
    h_lit(h, "</nav>");
}

static void hero(struct html *h, const struct reg_item *item)
{
    static const enum text_key summary[4] = {T_summary_genuine, T_summary_imitation,
                                             T_summary_other, T_summary_unsure};
    const struct screening *screening = &item->screening;
    h_lit(h, "<header");
    part_verdict_class(h, "hero", item->row.verdict);
    h_lit(h, "><div class=\"hero-text\">");
    part_badge(h, item->row.verdict);
    h_lit(h, "<h1>");
    h_say(h, T_item);
    h_lit(h, " ");
    h_int(h, item->row.item);
    h_lit(h, "</h1><p class=\"lead\">");
    h_say(h, summary[item->row.verdict]);
    h_lit(h, "</p>");
    if (screening->error[0]) {
        h_lit(h, "<p class=\"detail\">");
        h_text(h, screening->error);
        h_lit(h, "</p>");
    }
    h_lit(h, "<p class=\"quiet\">");
    h_say(h, T_scanned_at);
    h_lit(h, " ");
    h_time(h, item->row.captured);
    h_lit(h, " · ");
    h_say(h, T_batch);
    h_lit(h, " ");
    h_text(h, item->row.batch);
    h_lit(h, ", ");
    h_say(h, T_sheet_number);
    h_lit(h, " ");
    h_int(h, item->row.seq);
    h_lit(h, "</p></div><div class=\"actions\"><a class=\"button primary\" href=\"/item/");
    h_int(h, item->row.item);
    h_lit(h, "/sheet.pdf\">");
    h_say(h, T_get_sheet);
    h_lit(h, "</a><a class=\"button\" href=\"/item/");
    h_int(h, item->row.item);
    h_lit(h, "/export.zip\">");
    h_say(h, T_get_export);
    h_lit(h, "</a></div></header>");
}

static void care_card(struct html *h)
{
    static const enum text_key advice[] = {T_care_open, T_care_gloves, T_care_bag,
                                           T_care_wash, T_care_powder, T_care_police};
    h_lit(h, "<aside class=\"care\" aria-labelledby=\"care-title\"><h2 id=\"care-title\">");
    h_say(h, T_care_title);
    h_lit(h, "</h2><ul>");
    for (size_t i = 0; i < sizeof advice / sizeof *advice; i++) {
        h_lit(h, "<li>");
        h_say(h, advice[i]);
        h_lit(h, "</li>");
    }
    h_lit(h, "</ul></aside>");
}

static void show_item(const struct request *request, const struct reg_item *item, int64_t older,
                      int64_t newer, struct buf *out)
{
    struct html h = {out, request->lang};
    struct finding *finding = calloc(SCREENING_REASONS_MAX, sizeof *finding);
    struct series series;
    if (!finding) {
        out->failed = true;
        return;
    }
    int n = findings_collect(&item->screening, finding);
    layout_begin_numbered(&h, request, T_item, item->row.item, NAV_LIST);
    neighbours(&h, older, newer);
    h_lit(&h, "<article class=\"item\">");
    hero(&h, item);
    if (item->row.verdict == VERDICT_IMITATION)
        care_card(&h);
    request_series(request, item->row.item, &series);
    item_series(&h, item, &series);
    series_finish(&series);
    h_lit(&h, "<div class=\"columns\"><div class=\"photos\">");
    item_photos(&h, item, finding, n);
    h_lit(&h, "</div><div class=\"says\">");
    item_findings(&h, item, finding, n);
    item_ratio(&h, item);
    h_lit(&h, "</div><div class=\"way\">");
    item_return(&h, item, request->site->host.phrases != NULL);
    item_journey(&h, item);
    h_lit(&h, "</div></div>");
    item_print(&h, item);
    item_dots(&h, item);
    item_readings(&h, item);
    item_events(&h, item);
    item_files(&h, item);
    h_lit(&h, "</article>");
    layout_end(&h, request);
    free(finding);
}

void page_item(const struct request *request, struct response *ret)
{
    int64_t number = strtoll(request->argument, NULL, 10), older = 0, newer = 0;
    struct err err = {0};
    struct reg_item *item = calloc(1, sizeof *item);
    if (!item) {
        response_error(request, 503, NULL, ret);
        return;
    }
    if (!reg_item(request->reg, number, item, &err) ||
        !reg_item_neighbours(request->reg, number, &older, &newer, &err)) {
        response_error(request, 404, err.text, ret);
    } else {
        show_item(request, item, older, newer, &ret->body);
    }
    reg_item_finish(item);
    free(item);
}
