/* What is too small for the photo: print that contradicts, genuine beside seen and eight times as
 * large, and the printer's tracking dots. Full width, because a reduced picture would hide what it
 * is there to show. */
#include "web/page.h"

#include "web/pages/item_parts.h"

#include <stdio.h>
#include <string.h>

/* A picture that opens in its full size; `what` says in the alternative text what it is of. */
static void picture(struct html *h, const struct reg_file *file, enum text_key name,
                    const char *what)
{
    char alt[256];
    snprintf(alt, sizeof alt, "%.160s: %s", what, say(h->lang, name));
    h_lit(h, "<figure><figcaption>");
    h_say(h, name);
    h_lit(h, "</figcaption>");
    if (file) {
        part_picture_link(h, NULL, file->sha256, alt);
    } else {
        h_lit(h, "<p class=\"not-kept\">");
        h_say(h, T_no_picture);
        h_lit(h, "</p>");
    }
    h_lit(h, "</figure>");
}

static void one_pair(struct html *h, const struct reg_item *item, int number,
                     const struct reading *first)
{
    const struct screening *screening = &item->screening;
    char element[96], what[192];
    element_text(h->lang, first->element, element, sizeof element);
    snprintf(what, sizeof what, "%s, %s", element, close_up_text(h->lang, first->crop_shows));
    h_lit(h, "<section class=\"close-up\" id=\"print-");
    h_int(h, number);
    h_lit(h, "\"><h3 class=\"capital\">");
    h_text(h, what);
    h_lit(h, "</h3><ul>");
    for (int i = 0; i < screening->n_readings; i++)
        if (print_pair_number(screening, &screening->reading[i]) == number)
            item_measured(h, &screening->reading[i]);
    h_lit(h, "</ul><div class=\"pair\">");
    picture(h, item_file(item, first->crop_expected),
            first->expected_is_mean ? T_print_mean : T_print_ours, what);
    picture(h, item_file(item, first->crop_seen), T_seen, what);
    h_lit(h, "</div><p class=\"quiet\">");
    h_text(h, close_up_explained(h->lang, first->crop_shows));
    h_lit(h, "</p></section>");
}

void item_print(struct html *h, const struct reg_item *item)
{
    const struct reading *first = print_pair(&item->screening, 1);
    if (!first)
        return;
    h_lit(h, "<section class=\"card print\" aria-labelledby=\"print-title\">"
             "<h2 id=\"print-title\">");
    h_say(h, T_print_title);
    h_lit(h, "</h2><p>");
    h_say(h, T_print_lead);
    h_lit(h, "</p>");
    for (int number = 1; first; first = print_pair(&item->screening, ++number))
        one_pair(h, item, number, first);
    h_lit(h, "</section>");
}

void item_dots(struct html *h, const struct reg_item *item)
{
    const struct screening *screening = &item->screening;
    char says[DOTS_TEXT_SIZE];
    if (!screening->dots.crop_dots[0])
        return;
    dots_text(h->lang, screening, says, sizeof says);
    h_lit(h, "<section class=\"card print\" aria-labelledby=\"dots-title\">"
             "<h2 id=\"dots-title\">");
    h_say(h, T_tracking_dots);
    h_lit(h, "</h2><p class=\"capital\"><b>");
    h_text(h, says);
    h_lit(h, "</b></p><div class=\"pair\">");
    picture(h, item_file(item, screening->dots.crop_scan), T_dots_scan,
            say(h->lang, T_tracking_dots));
    picture(h, item_file(item, screening->dots.crop_dots), T_dots_seen,
            say(h->lang, T_tracking_dots));
    h_lit(h, "</div><p class=\"quiet\">");
    h_say(h, T_dots_shown);
    h_lit(h, " ");
    h_say(h, T_dots_own);
    h_lit(h, "</p></section>");
}
