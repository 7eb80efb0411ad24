/* How the firm's print was printed, as a likelihood ratio with what it rests on. */
#include "web/page.h"

#include "web/pages/item_parts.h"

#define RATIO_TEXT_SIZE 640

void item_ratio(struct html *h, const struct reg_item *item)
{
    const struct screening *screening = &item->screening;
    char words[RATIO_TEXT_SIZE];
    ratio_text(h->lang, screening, words, sizeof words);
    if (!words[0])
        return;
    h_lit(h, "<section class=\"print-ratio\" aria-labelledby=\"ratio-title\"><h2 "
             "id=\"ratio-title\">");
    h_say(h, T_ratio_title);
    h_lit(h, "</h2><p>");
    h_text(h, words);
    h_lit(h, "</p>");
    if (screening->technology.has_log10_lr) {
        ratio_basis_text(h->lang, screening, words, sizeof words);
        h_lit(h, "<p class=\"quiet\">");
        h_text(h, words);
        h_lit(h, "</p>");
    }
    h_lit(h, "</section>");
}
