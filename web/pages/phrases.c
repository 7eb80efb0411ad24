/* The office's own wording of returns: what a label says that the program does not know yet. */
#include "web/page.h"

#include "schemas/base/text.h"

#include <stdlib.h>
#include <string.h>

static void label_begin(struct html *h, enum text_key name, enum text_key hint)
{
    h_lit(h, "<label class=\"field\"><span>");
    h_say(h, name);
    h_lit(h, "</span><small class=\"quiet\">");
    h_say(h, hint);
    h_lit(h, "</small>");
}

static void option(struct html *h, const char *value, const char *words, const char *chosen)
{
    h_lit(h, "<option");
    h_attr(h, "value", value);
    if (strcmp(value, chosen) == 0)
        h_lit(h, " selected");
    h_lit(h, ">");
    h_text(h, words);
    h_lit(h, "</option>");
}

/* phrase: what was typed before, when it was refused. */
static void form(struct html *h, const struct request *request, const struct own_phrase *phrase)
{
    h_lit(h, "<section class=\"card\" aria-labelledby=\"phrase-new\"><h2 id=\"phrase-new\">");
    h_say(h, T_phrase_new);
    h_lit(h, "</h2><form method=\"post\" action=\"/phrases/add\" class=\"fields\">");
    part_token(h, request->site->csrf);
    label_begin(h, T_phrase_text, T_phrase_text_hint);
    h_lit(h, "<input name=\"text\" required minlength=\"4\" autocomplete=\"off\"");
    h_attr_int(h, "maxlength", PHRASE_TEXT_SIZE - 1);
    h_attr(h, "value", phrase->text);
    h_lit(h, "></label>");
    label_begin(h, T_phrase_reason, T_phrase_reason_hint);
    h_lit(h, "<select name=\"reason\" required>");
    for (int i = 0; return_reason_keys[i]; i++)
        option(h, return_reason_keys[i], return_reason_text(h->lang, return_reason_keys[i]),
               phrase->reason);
    h_lit(h, "</select></label>");
    label_begin(h, T_phrase_country, T_phrase_country_hint);
    h_lit(h, "<select name=\"country\">");
    option(h, "", say(h->lang, T_phrase_everywhere), phrase->country);
    for (int i = 0; country_code(i); i++)
        option(h, country_code(i), country_text(h->lang, country_code(i)), phrase->country);
    h_lit(h, "</select></label>");
    h_lit(h, "<button class=\"button primary\">");
    h_say(h, T_phrase_add);
    h_lit(h, "</button></form></section>");
}

static void row(struct html *h, const struct request *request, const struct own_phrase *phrase)
{
    h_lit(h, "<tr><th scope=\"row\">");
    h_text(h, phrase->text);
    h_lit(h, "</th><td>");
    h_text(h, return_reason_text(h->lang, phrase->reason));
    h_lit(h, "</td><td>");
    h_text(h, phrase->country[0] ? country_text(h->lang, phrase->country)
                                 : say(h->lang, T_phrase_everywhere));
    h_lit(h, "</td><td><form method=\"post\" action=\"/phrases/remove\">");
    part_token(h, request->site->csrf);
    h_lit(h, "<input type=\"hidden\" name=\"text\"");
    h_attr(h, "value", phrase->text);
    h_lit(h, "><input type=\"hidden\" name=\"country\"");
    h_attr(h, "value", phrase->country);
    h_lit(h, "><button class=\"button\">");
    h_say(h, T_phrase_remove);
    h_lit(h, "<span class=\"hidden\"> ");
    h_text(h, phrase->text);
    h_lit(h, "</span></button></form></td></tr>");
}

static void list(struct html *h, const struct request *request, const struct own_phrase *phrase,
                 int n)
{
    static const enum text_key columns[] = {T_phrase_text, T_phrase_reason, T_phrase_country,
                                            T_phrase_remove};
    h_lit(h, "<section class=\"card\" aria-labelledby=\"phrase-own\"><h2 id=\"phrase-own\">");
    h_say(h, T_phrase_own);
    h_lit(h, "</h2>");
    if (n == 0) {
        h_lit(h, "<p class=\"quiet\">");
        h_say(h, T_phrase_none);
        h_lit(h, "</p></section>");
        return;
    }
    h_lit(h, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"phrase-own\">"
             "<table><thead><tr>");
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        h_lit(h, "<th scope=\"col\">");
        h_say(h, columns[i]);
        h_lit(h, "</th>");
    }
    h_lit(h, "</tr></thead><tbody>");
    for (int i = 0; i < n; i++)
        row(h, request, &phrase[i]);
    h_lit(h, "</tbody></table></div></section>");
}

/* refused: what could not be added, told on top; NULL when all is well. */
static void show(const struct request *request, const struct own_phrase *refused,
                 struct response *ret)
{
    static const struct own_phrase empty = {.reason = "UNKNOWN"};
    struct html h = {&ret->body, request->lang};
    struct own_phrase *phrase = calloc(PHRASE_BOOK_MAX, sizeof *phrase);
    struct err err = {0};
    int n = 0;
    if (!phrase || !request->site->host.phrases ||
        !request->site->host.phrases(request->site->host.ctx, phrase, &n, &err)) {
        response_error(request, 503, err.text[0] ? err.text : NULL, ret);
        free(phrase);
        return;
    }
    layout_begin(&h, request, T_phrases, NAV_PHRASES);
    h_lit(&h, "<header class=\"page-head\"><h1>");
    h_say(&h, T_phrases);
    h_lit(&h, "</h1><p class=\"lead\">");
    h_say(&h, T_phrases_lead);
    h_lit(&h, "</p></header>");
    if (refused) {
        ret->status = 400;
        h_lit(&h, "<p class=\"notice\" role=\"alert\">");
        h_say(&h, T_phrase_refused);
        h_lit(&h, "</p>");
    }
    form(&h, request, refused ? refused : &empty);
    list(&h, request, phrase, n);
    layout_end(&h, request);
    free(phrase);
}

void page_phrases(const struct request *request, struct response *ret)
{
    show(request, NULL, ret);
}

static void field(const struct request *request, const char *name, char *ret, size_t n)
{
    const char *value = form_get(&request->body, name);
    text_copy_utf8(ret, n, value ? value : "");
}

void page_phrase_add(const struct request *request, struct response *ret)
{
    struct own_phrase phrase = {0};
    struct err err = {0};
    field(request, "text", phrase.text, sizeof phrase.text);
    field(request, "reason", phrase.reason, sizeof phrase.reason);
    field(request, "country", phrase.country, sizeof phrase.country);
    if (request->site->host.phrase_add &&
        request->site->host.phrase_add(request->site->host.ctx, &phrase, &err))
        response_redirect("/phrases", ret);
    else
        show(request, &phrase, ret);
}

/* What is gone already is as it should be. */
void page_phrase_remove(const struct request *request, struct response *ret)
{
    char text[PHRASE_TEXT_SIZE], country[3];
    struct err err = {0};
    field(request, "text", text, sizeof text);
    field(request, "country", country, sizeof country);
    if (request->site->host.phrase_remove)
        request->site->host.phrase_remove(request->site->host.ctx, text, country, &err);
    response_redirect("/phrases", ret);
}
