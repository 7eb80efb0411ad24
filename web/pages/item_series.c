/* Which other envelopes seem to come from the same maker, and why. */
#include "web/page.h"

#include "web/pages/item_parts.h"
#include "web/text/series_text.h"

#define REASONS_SHOWN 4 /* the rest stands on the page of the series */
#define OTHERS_SHOWN 12

static void others(struct html *h, const struct series *series, int64_t here)
{
    int shown = 0;
    h_lit(h, "<p class=\"others\">");
    h_say(h, T_series_others);
    for (int i = 0; i < series->n_members && shown < OTHERS_SHOWN; i++) {
        const struct series_member *member = &series->member[i];
        if (member->item == here)
            continue;
        shown++;
        h_lit(h, " ");
        part_item_link(h, member->item);
    }
    if (shown < series->n_members - 1)
        h_lit(h, " …");
    h_lit(h, "</p>");
}

void item_series(struct html *h, const struct reg_item *item, const struct series *series)
{
    char title[SERIES_TEXT_SIZE];
    if (series->n_members == 0)
        return;
    series_title_text(h->lang, series, title);
    h_lit(h, "<section class=\"card series\" aria-labelledby=\"series-title\">"
             "<h2 id=\"series-title\">");
    h_text(h, title);
    h_lit(h, "</h2><ul class=\"reasons\">");
    part_series_reasons(h, series, REASONS_SHOWN);
    h_lit(h, "</ul>");
    others(h, series, item->row.item);
    h_lit(h, "<p><a href=\"/series/");
    h_int(h, series->id);
    h_lit(h, "\">");
    h_say(h, T_series_open);
    h_lit(h, "</a></p></section>");
}
