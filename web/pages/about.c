/* How anybody can check the register: the newest checkpoint as it is, its parts, and the words. */
#include "web/page.h"

static void fact_hash(struct html *h, enum text_key name, const char *hex)
{
    h_lit(h, "<div class=\"whole\"><dt>");
    h_say(h, name);
    h_lit(h, "</dt><dd>");
    part_hash(h, hex);
    h_lit(h, "</dd></div>");
}

static void checkpoint_card(struct html *h, const struct reg_checkpoint *checkpoint)
{
    h_lit(h, "<section class=\"card\"><h2>");
    h_say(h, T_checkpoint);
    h_lit(h, "</h2><p>");
    h_say(h, T_checkpoint_lead);
    h_lit(h, "</p><pre class=\"ocr\">");
    h_text(h, checkpoint->text);
    h_lit(h, "</pre><dl class=\"facts-list\"><div><dt>");
    h_say(h, T_origin);
    h_lit(h, "</dt><dd>");
    h_text(h, checkpoint->origin);
    h_lit(h, "</dd></div><div><dt>");
    h_say(h, T_entries);
    h_lit(h, "</dt><dd>");
    h_int(h, checkpoint->size);
    h_lit(h, "</dd></div><div><dt>");
    h_say(h, T_signed_at);
    h_lit(h, "</dt><dd>");
    h_time(h, checkpoint->time);
    h_lit(h, "</dd></div>");
    fact_hash(h, T_root, checkpoint->root_hex);
    fact_hash(h, T_key_fingerprint, checkpoint->key_fingerprint);
    h_lit(h, "</dl></section>");
}

static void counts_card(struct html *h, const struct reg_counts *counts)
{
    h_lit(h, "<section class=\"card\"><h2>");
    h_say(h, T_in_the_register);
    h_lit(h, "</h2><dl class=\"facts-list\">");
    for (int i = 0; i < 4; i++) {
        h_lit(h, "<div><dt>");
        part_badge(h, (enum verdict_class)i);
        h_lit(h, "</dt><dd>");
        h_int(h, counts->by_verdict[i]);
        h_lit(h, "</dd></div>");
    }
    h_lit(h, "<div><dt>");
    h_say(h, T_returned);
    h_lit(h, "</dt><dd>");
    h_int(h, counts->returned);
    h_lit(h, "</dd></div><div><dt>");
    h_say(h, T_batches);
    h_lit(h, "</dt><dd>");
    h_int(h, counts->batches);
    h_lit(h, "</dd></div></dl></section>");
}

void page_about(const struct request *request, struct response *ret)
{
    static const enum text_key steps[] = {T_check_step_1, T_check_step_2, T_check_step_3,
                                          T_check_step_4};
    struct reg_counts counts = {0};
    struct reg_checkpoint checkpoint = {0};
    struct err err = {0};
    if (!reg_counts(request->reg, &counts, &err) ||
        !reg_checkpoint(request->reg, &checkpoint, &err)) {
        response_error(request, 503, err.text, ret);
        return;
    }
    struct html h = {&ret->body, request->lang};
    layout_begin(&h, request, T_nav_about, NAV_ABOUT);
    h_lit(&h, "<div class=\"page-head\"><h1>");
    h_say(&h, T_about_title);
    h_lit(&h, "</h1><p class=\"lead\">");
    h_say(&h, T_about_lead);
    h_lit(&h, "</p></div><section class=\"card\"><h2>");
    h_say(&h, T_check_title);
    h_lit(&h, "</h2><ol class=\"steps\">");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        h_lit(&h, "<li>");
        h_say(&h, steps[i]);
        h_lit(&h, "</li>");
    }
    h_lit(&h, "</ol><p>");
    h_say(&h, T_limits);
    h_lit(&h, "</p></section>");
    checkpoint_card(&h, &checkpoint);
    counts_card(&h, &counts);
    layout_end(&h, request);
}
