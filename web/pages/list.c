/* The list of sheets, newest first. The part that changes while a batch runs (`#live`) is a page of
 * its own as well, which the script fetches again when an event says so; without the script the
 * page is simply loaded again. */
#include "web/page.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_PER_PAGE 50
#define ROWS_AT_ONCE 8  /* rows on a first screen: their pictures do not wait for scrolling */
#define REASONS_SHOWN 3 /* the rest stands on the item's page */

struct filter {
    int verdict; /* -1 all */
    int64_t before;
    char batch[SHEET_ID_SIZE];
};

static const enum verdict_class chip_order[4] = {VERDICT_IMITATION, VERDICT_UNSURE, VERDICT_GENUINE,
                                                 VERDICT_OTHER};

static struct filter read_filter(const struct request *request)
{
    struct filter filter = {.verdict = -1};
    const char *verdict = form_get(&request->query, "verdict");
    const char *before = form_get(&request->query, "before");
    const char *batch = form_get(&request->query, "batch");
    for (int i = 0; verdict && i < 4; i++)
        if (strcmp(verdict, verdict_names[i]) == 0)
            filter.verdict = i;
    if (before && strspn(before, "0123456789") == strlen(before) && strlen(before) <= 18)
        filter.before = strtoll(before, NULL, 10);
    if (batch && strlen(batch) < sizeof filter.batch)
        strcpy(filter.batch, batch);
    return filter;
}

/* "?verdict=imitation&batch=b&before=7" */
static void filter_query(struct html *h, int verdict, const char *batch, int64_t before)
{
    h_lit(h, "?verdict=");
    h_url(h, verdict >= 0 ? verdict_names[verdict] : "all");
    if (batch[0]) {
        h_lit(h, "&amp;batch=");
        h_url(h, batch);
    }
    if (before > 0) {
        h_lit(h, "&amp;before=");
        h_int(h, before);
    }
}

static void chip(struct html *h, const struct filter *filter, int verdict, int64_t count)
{
    h_lit(h, "<li><a class=\"chip\" href=\"/");
    filter_query(h, verdict, filter->batch, 0);
    h_lit(h, "\"");
    if (filter->verdict == verdict)
        h_lit(h, " aria-current=\"true\"");
    h_lit(h, ">");
    if (verdict < 0)
        h_say(h, T_all);
    else
        part_badge(h, (enum verdict_class)verdict);
    h_lit(h, " <b>");
    h_int(h, count);
    h_lit(h, "</b></a></li>");
}

static void chips(struct html *h, const struct filter *filter, const struct reg_counts *counts)
{
    h_lit(h, "<nav class=\"filter\"");
    h_attr_say(h, "aria-label", T_filter_label);
    h_lit(h, "><ul>");
    chip(h, filter, -1, counts->total);
    for (size_t i = 0; i < 4; i++)
        chip(h, filter, (int)chip_order[i], counts->by_verdict[chip_order[i]]);
    h_lit(h, "</ul>");
    if (filter->batch[0]) {
        h_lit(h, "<p class=\"only\">");
        h_say(h, T_only_batch);
        h_lit(h, " <b>");
        h_text(h, filter->batch);
        h_lit(h, "</b> <a href=\"/\">");
        h_say(h, T_show_all);
        h_lit(h, "</a></p>");
    }
    h_lit(h, "</nav>");
}

static void progress(struct html *h, const struct web_status *status)
{
    int total = status->captured > status->recorded ? status->captured : status->recorded;
    h_lit(h, "<p>");
    h_say(h, T_status_batch);
    h_lit(h, " <b>");
    h_text(h, status->batch);
    h_lit(h, "</b>: ");
    h_int(h, status->recorded);
    h_lit(h, " ");
    h_say(h, T_status_of);
    h_lit(h, " ");
    h_int(h, total);
    h_lit(h, " ");
    h_say(h, T_status_recorded);
    h_lit(h, "</p><progress");
    h_attr_int(h, "max", total > 0 ? total : 1);
    h_attr_int(h, "value", status->recorded);
    h_attr_say(h, "aria-label", T_status_progress);
    h_lit(h, "></progress>");
}

static void status_banner(struct html *h, const struct request *request)
{
    const struct web_host *host = &request->site->host;
    struct web_status status = {0};
    if (host->status)
        host->status(host->ctx, &status);
    bool busy = status.scanning || status.waiting > 0;
    h_lit(h, "<section class=\"status\"");
    h_attr_say(h, "aria-label", T_status_label);
    h_lit(h, "><div class=\"status-text\" role=\"status\"><p class=\"state\"><span class=\"lamp");
    if (busy)
        h_lit(h, " busy");
    h_lit(h, "\"></span>");
    h_say(h, status.scanning ? T_status_scanning : busy ? T_status_working : T_status_idle);
    h_lit(h, "</p>");
    if (busy && status.batch[0])
        progress(h, &status);
    if (status.device[0]) {
        h_lit(h, "<p class=\"quiet\">");
        h_text(h, status.device);
        h_lit(h, "</p>");
    }
    h_lit(h, "</div>");
    if (status.scanning && host->stop_batch)
        part_button_form(h, request->site->csrf, "/batch/stop", T_stop_batch, "button");
    else if (!status.scanning && host->start_batch)
        part_button_form(h, request->site->csrf, "/batch/start", T_start_batch, "button primary");
    if (status.message[0]) {
        h_lit(h, "<p class=\"incident\"><b>");
        h_say(h, T_incident);
        h_lit(h, "</b> ");
        h_text(h, status.message);
        h_lit(h, "</p>");
    }
    h_lit(h, "</section>");
}

static void thumbnail(struct html *h, const struct reg_row *row, bool at_once)
{
    h_lit(h, "<div class=\"thumb\">");
    if (row->preview_sha256[0]) {
        h_lit(h, "<img alt=\"\"");
        if (!at_once)
            h_lit(h, " loading=\"lazy\"");
        h_lit(h, " src=\"");
        part_blob_url(h, row->preview_sha256);
        h_lit(h, "\">");
    } else {
        h_lit(h, "<span class=\"not-kept\">");
        h_say(h, row->item ? T_no_picture : T_not_kept);
        h_lit(h, "</span>");
    }
    h_lit(h, "</div>");
}

static void reasons(struct html *h, const struct reg_row *row)
{
    char keys[sizeof row->reasons], *save = NULL;
    memcpy(keys, row->reasons, sizeof keys);
    keys[sizeof keys - 1] = '\0';
    int shown = 0, more = 0;
    h_lit(h, "<ul class=\"reasons\">");
    for (char *key = strtok_r(keys, " ", &save); key; key = strtok_r(NULL, " ", &save)) {
        if (shown == REASONS_SHOWN) {
            more++;
            continue;
        }
        shown++;
        h_lit(h, "<li>");
        part_reason(h, key);
        h_lit(h, "</li>");
    }
    if (more) {
        h_lit(h, "<li class=\"more\">");
        h_say(h, T_and);
        h_lit(h, " ");
        h_int(h, more);
        h_lit(h, " ");
        h_say(h, T_more_reasons);
        h_lit(h, "</li>");
    }
    h_lit(h, "</ul>");
}

static void row_title(struct html *h, const struct reg_row *row)
{
    h_lit(h, "<h2>");
    if (row->item) {
        part_item_link(h, row->item);
    } else {
        h_lit(h, "<span class=\"quiet\">");
        h_say(h, T_counted_only);
        h_lit(h, "</span>");
    }
    h_lit(h, "</h2>");
}

static void one_row(struct html *h, const struct reg_row *row, bool at_once)
{
    h_lit(h, "<li");
    part_verdict_class(h, row->item ? "row" : "row row-other", row->verdict);
    h_attr_int(h, "data-row", row->row);
    h_lit(h, ">");
    thumbnail(h, row, at_once);
    h_lit(h, "<div class=\"what\">");
    part_badge(h, row->verdict);
    row_title(h, row);
    if (row->item)
        reasons(h, row);
    h_lit(h, "</div><div class=\"back\">");
    if (row->is_return) {
        h_lit(h, "<p class=\"label\">");
        h_say(h, T_returned);
        h_lit(h, "</p><p>");
        part_return(h, row->country, row->operator_, row->return_reason);
        h_lit(h, "</p>");
    }
    h_lit(h, "</div><div class=\"when\"><p>");
    h_time_short(h, row->captured);
    h_lit(h, "</p><p class=\"quiet\"><a href=\"/");
    filter_query(h, -1, row->batch, 0);
    h_lit(h, "\">");
    h_text(h, row->batch);
    h_lit(h, "</a> · ");
    h_int(h, row->seq);
    h_lit(h, "</p></div></li>");
}

static void nothing_yet(struct html *h, const struct filter *filter)
{
    h_lit(h, "<div class=\"empty\"><p class=\"big\">");
    h_say(h, filter->verdict < 0 && !filter->batch[0] ? T_empty_title : T_empty_filter);
    h_lit(h, "</p><p>");
    h_say(h, T_empty_advice);
    h_lit(h, "</p></div>");
}

static void pager(struct html *h, const struct filter *filter, int64_t oldest_shown)
{
    h_lit(h, "<nav class=\"pager\"");
    h_attr_say(h, "aria-label", T_pager_label);
    h_lit(h, ">");
    if (filter->before) {
        h_lit(h, "<a class=\"button\" href=\"/");
        filter_query(h, filter->verdict, filter->batch, 0);
        h_lit(h, "\">");
        h_say(h, T_newest);
        h_lit(h, "</a>");
    }
    if (oldest_shown) {
        h_lit(h, "<a class=\"button\" rel=\"next\" href=\"/");
        filter_query(h, filter->verdict, filter->batch, oldest_shown);
        h_lit(h, "\">");
        h_say(h, T_older);
        h_lit(h, "</a>");
    }
    h_lit(h, "</nav>");
}

/* What the page holds of the register. */
struct listing {
    struct reg_counts counts;
    struct reg_row *row; /* ROWS_PER_PAGE + 1 */
    int n;
};

static bool read_listing(const struct request *request, const struct filter *filter,
                         struct listing *ret, struct err *err)
{
    struct reg_query query = {
        .before = filter->before, .limit = ROWS_PER_PAGE + 1, .verdict = filter->verdict};
    memcpy(query.batch, filter->batch, sizeof query.batch);
    struct listing listing = {.row = calloc(ROWS_PER_PAGE + 1, sizeof *listing.row)};
    if (!listing.row)
        return err_set(err, "out of memory");
    if (!reg_counts(request->reg, &listing.counts, err) ||
        !reg_list(request->reg, &query, listing.row, &listing.n, err)) {
        free(listing.row);
        return false;
    }
    *ret = listing;
    return true;
}

static void live(struct html *h, const struct request *request, const struct filter *filter,
                 const struct listing *listing, const char *seen)
{
    bool more = listing->n > ROWS_PER_PAGE;
    int shown = more ? ROWS_PER_PAGE : listing->n;
    h_lit(h, "<div id=\"live\"");
    h_attr(h, "data-seen", seen);
    h_lit(h, ">");
    status_banner(h, request);
    chips(h, filter, &listing->counts);
    if (shown == 0)
        nothing_yet(h, filter);
    h_lit(h, "<ol class=\"rows\">");
    for (int i = 0; i < shown; i++)
        one_row(h, &listing->row[i], i < ROWS_AT_ONCE);
    h_lit(h, "</ol>");
    pager(h, filter, more ? listing->row[shown - 1].row : 0);
    h_lit(h, "</div>");
}

static void list_page(const struct request *request, struct response *ret, bool whole)
{
    struct filter filter = read_filter(request);
    struct listing listing = {0};
    struct err err = {0};
    char seen[EVENT_ID_SIZE];
    events_id(request->site->events, seen); /* before reading: a change in between is not missed */
    if (!read_listing(request, &filter, &listing, &err)) {
        response_error(request, 503, err.text, ret);
        return;
    }
    struct html h = {&ret->body, request->lang};
    if (whole) {
        layout_begin(&h, request, T_nav_list, NAV_LIST);
        h_lit(&h, "<div class=\"page-head\"><h1>");
        h_say(&h, T_list_title);
        h_lit(&h, "</h1><p class=\"lead\">");
        h_say(&h, T_list_lead);
        h_lit(&h, "</p></div>");
    }
    live(&h, request, &filter, &listing, seen);
    if (whole)
        layout_end(&h, request);
    free(listing.row);
}

void page_list(const struct request *request, struct response *ret)
{
    list_page(request, ret, true);
}

void page_list_fragment(const struct request *request, struct response *ret)
{
    list_page(request, ret, false);
}
