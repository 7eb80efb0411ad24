#include "web/html.h"

#include "schemas/base/text.h"
#include "web/text/when.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define NUMBER_SIZE 64             /* a double below 1e15 with decimals fits many times */
#define NUMBER_LIMIT 1e15 /* beyond it a double has no exact integers: nothing we measure */
#define SVG_DECIMALS 3    /* a thousandth of a millimetre */

/* One clean character from *s into ret (NUL-terminated); moves *s on. */
static void take_clean(const char **s, char ret[5])
{
    size_t n = text_char_len(*s);
    if (n == 0 || text_is_unseen(*s)) {
        memcpy(ret, REPLACEMENT, sizeof REPLACEMENT);
        *s += n ? n : 1;
        return;
    }
    memcpy(ret, *s, n);
    ret[n] = '\0';
    *s += n;
}

void text_clean_append(struct buf *buf, const char *text)
{
    char one[5];
    for (const char *s = text; *s;) {
        take_clean(&s, one);
        buf_puts(buf, one);
    }
}

void h_text(struct html *h, const char *text)
{
    char one[5];
    for (const char *s = text; *s;) {
        take_clean(&s, one);
        switch (one[0]) {
        case '&':
            h_lit(h, "&amp;");
            break;
        case '<':
            h_lit(h, "&lt;");
            break;
        case '>':
            h_lit(h, "&gt;");
            break;
        case '"':
            h_lit(h, "&quot;");
            break;
        case '\'':
            h_lit(h, "&#39;");
            break;
        default:
            buf_puts(h->out, one);
        }
    }
}

void h_say(struct html *h, enum text_key key)
{
    h_text(h, say(h->lang, key));
}

void h_attr(struct html *h, const char *name, const char *value)
{
    h_lit(h, " ");
    h_text(h, name);
    h_lit(h, "=\"");
    h_text(h, value);
    h_lit(h, "\"");
}

void h_attr_say(struct html *h, const char *name, enum text_key key)
{
    h_attr(h, name, say(h->lang, key));
}

void h_attr_int(struct html *h, const char *name, int64_t value)
{
    char text[NUMBER_SIZE];
    snprintf(text, sizeof text, "%lld", (long long)value);
    h_attr(h, name, text);
}

void h_url(struct html *h, const char *component)
{
    static const char hex[] = "0123456789ABCDEF";
    for (const unsigned char *s = (const unsigned char *)component; *s; s++) {
        bool plain = (*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z') ||
                     (*s >= 'a' && *s <= 'z') || strchr("-._~", *s);
        if (plain) {
            buf_putc(h->out, (char)*s);
            continue;
        }
        buf_putc(h->out, '%');
        buf_putc(h->out, hex[*s >> 4]);
        buf_putc(h->out, hex[*s & 15]);
    }
}

void h_int(struct html *h, int64_t value)
{
    char text[NUMBER_SIZE];
    snprintf(text, sizeof text, "%lld", (long long)value);
    buf_puts(h->out, text);
}

void h_real(struct html *h, double value, int decimals)
{
    char text[NUMBER_TEXT_SIZE];
    number_text(h->lang, value, decimals, text);
    buf_puts(h->out, text);
}

void h_svg(struct html *h, double value)
{
    char text[NUMBER_SIZE];
    if (!isfinite(value) || fabs(value) >= NUMBER_LIMIT)
        value = 0;
    snprintf(text, sizeof text, "%.*f", SVG_DECIMALS, value);
    buf_puts(h->out, text);
}

void h_time(struct html *h, const char *iso)
{
    char text[WHEN_SIZE];
    when_long(h->lang, iso, text);
    h_lit(h, "<time");
    h_attr(h, "datetime", iso);
    h_lit(h, ">");
    h_text(h, text);
    h_lit(h, "</time>");
}

void h_time_short(struct html *h, const char *iso)
{
    char text[WHEN_SIZE];
    when_short(h->lang, iso, text);
    h_lit(h, "<time");
    h_attr(h, "datetime", iso);
    h_lit(h, ">");
    h_text(h, text);
    h_lit(h, "</time>");
}

void h_bytes(struct html *h, int64_t size)
{
    char text[NUMBER_TEXT_SIZE];
    size_text(h->lang, size, text);
    h_text(h, text);
}
