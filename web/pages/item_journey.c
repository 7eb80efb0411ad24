/* The way of an envelope as a time line: what stands on it, and when it was scanned; who sent it
 * and to whom. */
#include "web/page.h"

#include "web/pages/item_parts.h"
#include "web/text/when.h"

#include <string.h>

static void picture(struct html *h, const struct reg_item *item, const char *crop)
{
    const struct reg_file *file = item_file(item, crop);
    if (file)
        part_picture_link(h, "journey-picture", file->sha256, say(h->lang, T_journey_picture));
}

static void one_event(struct html *h, const struct reg_item *item,
                      const struct screening_event *event)
{
    char words[JOURNEY_TEXT_SIZE], day[WHEN_SIZE];
    h_lit(h, "<li><p><b>");
    h_text(h, stage_text(h->lang, event->stage));
    h_lit(h, "</b> ");
    if (event->date[0]) {
        when_date(h->lang, event->date, day);
        h_text(h, day);
    } else {
        h_lit(h, "<span class=\"quiet\">");
        h_say(h, T_journey_undated);
        h_lit(h, "</span>");
    }
    h_lit(h, "</p><p class=\"quiet\">");
    journey_text(h->lang, event, words, sizeof words);
    h_text(h, words);
    h_lit(h, "</p>");
    if (strcmp(event->told_by, "reason") != 0) /* its picture is that of the return */
        picture(h, item, event->crop);
    h_lit(h, "</li>");
}

static void party_line(struct html *h, const char *text)
{
    if (!text[0])
        return;
    h_lit(h, "<br>");
    h_text(h, text);
}

static void party(struct html *h, enum text_key title, const struct screening_party *party)
{
    if (!party->known)
        return;
    h_lit(h, "<div><dt>");
    h_say(h, title);
    if (party->by_template) {
        h_lit(h, " (");
        h_say(h, T_by_template);
        h_lit(h, ")");
    }
    h_lit(h, "</dt><dd>");
    h_text(h, party->name);
    party_line(h, party->street);
    h_lit(h, "<br>");
    h_text(h, party->postcode);
    h_lit(h, " ");
    h_text(h, party->place);
    if (party->country[0])
        party_line(h, country_text(h->lang, party->country));
    h_lit(h, "</dd></div>");
}

void item_journey(struct html *h, const struct reg_item *item)
{
    const struct screening *screening = &item->screening;
    if (screening->n_events == 0 && !screening->sender.known && !screening->recipient.known)
        return;
    h_lit(h,
          "<section class=\"journey\" aria-labelledby=\"journey-title\"><h2 id=\"journey-title\">");
    h_say(h, T_journey);
    h_lit(h, "</h2><p class=\"quiet\">");
    h_say(h, T_journey_lead);
    h_lit(h, "</p><dl class=\"facts-list\">");
    party(h, T_sender_is, &screening->sender);
    party(h, T_recipient_is, &screening->recipient);
    h_lit(h, "</dl><ol class=\"events\">");
    for (int i = 0; i < screening->n_events; i++)
        one_event(h, item, &screening->event[i]);
    h_lit(h, "<li><p><b>");
    h_say(h, T_journey_received);
    h_lit(h, "</b> ");
    h_time(h, item->row.captured);
    h_lit(h, "</p></li></ol></section>");
}
