#include "web/layout.h"

static void nav_link(struct html *h, bool here, enum text_key key)
{
    if (here)
        h_lit(h, " aria-current=\"page\"");
    h_lit(h, ">");
    h_say(h, key);
    h_lit(h, "</a>");
}

/* The same page in the other language: only the path is kept, which is ours and plain. */
static void lang_link(struct html *h, const struct request *request)
{
    enum lang other = h->lang == LANG_NL ? LANG_EN : LANG_NL;
    h_lit(h, "<a class=\"lang\"");
    h_attr(h, "hreflang", lang_code(other));
    h_attr(h, "lang", lang_code(other));
    h_lit(h, " href=\"");
    h_text(h, request->path[0] == '/' && request->path[1] != '/' ? request->path : "/");
    h_lit(h, "?lang=");
    h_url(h, lang_code(other));
    h_lit(h, "\">");
    h_text(h, say(other, T_language_name));
    h_lit(h, "</a>");
}

static void head_start(struct html *h)
{
    h_lit(h, "<!DOCTYPE html>\n<html");
    h_attr(h, "lang", lang_code(h->lang));
    h_lit(h, "><head><meta charset=\"utf-8\">"
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
             "<meta name=\"color-scheme\" content=\"light dark\">"
             "<link rel=\"icon\" type=\"image/svg+xml\" href=\"/assets/icon.svg\">"
             "<link rel=\"stylesheet\" href=\"/assets/style.css\">"
             "<script src=\"/assets/app.js\" defer></script><title>");
}

static void body_start(struct html *h, const struct request *request, enum nav here)
{
    h_lit(h, " · Postwacht</title></head><body><a class=\"skip\" href=\"#main\">");
    h_say(h, T_skip);
    h_lit(h, "</a><header class=\"site\"><div class=\"wide\">"
             "<a class=\"brand\" href=\"/\"><svg viewBox=\"0 0 32 32\" width=\"32\" height=\"32\" "
             "aria-hidden=\"true\" focusable=\"false\">"
             "<path class=\"brand-shield\" d=\"M16 1.5 29 6v9.5c0 7.6-5.3 12.9-13 "
             "15-7.7-2.1-13-7.4-13-15V6z\"/>"
             "<path class=\"brand-line\" d=\"M8.5 11h15v10.5h-15zM8.5 11l7.5 6 7.5-6\"/></svg>"
             "<span>Postwacht</span></a><nav");
    h_attr_say(h, "aria-label", T_nav_label);
    h_lit(h, "><a href=\"/\"");
    nav_link(h, here == NAV_LIST, T_nav_list);
    if (request->site->host.phrases) {
        h_lit(h, "<a href=\"/phrases\"");
        nav_link(h, here == NAV_PHRASES, T_nav_phrases);
    }
    h_lit(h, "<a href=\"/about\"");
    nav_link(h, here == NAV_ABOUT, T_nav_about);
    lang_link(h, request);
    h_lit(h, "</nav></div></header><main id=\"main\" class=\"wide\" tabindex=\"-1\">");
}

void layout_begin(struct html *h, const struct request *request, enum text_key title, enum nav here)
{
    head_start(h);
    h_say(h, title);
    body_start(h, request, here);
}

void layout_begin_numbered(struct html *h, const struct request *request, enum text_key title,
                           int64_t number, enum nav here)
{
    head_start(h);
    h_say(h, title);
    h_lit(h, " ");
    h_int(h, number);
    body_start(h, request, here);
}

void layout_end(struct html *h, const struct request *request)
{
    (void)request;
    h_lit(h, "</main><footer class=\"site\"><div class=\"wide\"><p>");
    h_say(h, T_footer);
    h_lit(h, "</p><p>Postwacht " POSTWACHT_VERSION "</p></div></footer></body></html>\n");
}
