#include "web/html.h"

#include "web/text/when.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define NUMBER_SIZE 64             /* a double below 1e15 with decimals fits many times */
#define NUMBER_LIMIT 1e15 /* beyond it a double has no exact integers: nothing we measure */
#define SVG_DECIMALS 3    /* a thousandth of a millimetre */

/* Length of the well-formed UTF-8 sequence at s, and its code point; 0 when it is malformed
 * (overlong, surrogate, beyond U+10FFFF, cut off). */
static int utf8_next(const unsigned char *s, uint32_t *ret_code)
{
    static const uint32_t lowest[5] = {0, 0, 0x80, 0x800, 0x10000};
    int n = s[0] < 0x80             ? 1
            : (s[0] & 0xE0) == 0xC0 ? 2
            : (s[0] & 0xF0) == 0xE0 ? 3
            : (s[0] & 0xF8) == 0xF0 ? 4
                                    : 0;
    if (n <= 1) {
        *ret_code = s[0];
        return n;
    }
    uint32_t code = s[0] & (0xFFU >> (n + 1));
    for (int i = 1; i < n; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (s[i] & 0x3FU);
    }
    if (code < lowest[n] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    *ret_code = code;
    return n;
}

static bool is_unfit(uint32_t code)
{
    bool control = (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7F && code < 0xA0);
    bool direction = code == 0x200E || code == 0x200F || code == 0x061C ||
                     (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    bool separator = code == 0x2028 || code == 0x2029 || code == 0xFEFF;
    /* zero width, and tags: text that no reader sees, but programs do */
    bool unseen = code == 0x200B || (code >= 0x2060 && code <= 0x2064) ||
                  (code >= 0xE0000 && code <= 0xE0FFF);
    return control || direction || separator || unseen || (code & 0xFFFE) == 0xFFFE;
}

/* One clean character from *s into ret (NUL-terminated); moves *s on. */
static void take_clean(const unsigned char **s, char ret[5])
{
    uint32_t code = 0;
    int n = utf8_next(*s, &code);
    if (n == 0 || is_unfit(code)) {
        memcpy(ret, REPLACEMENT, sizeof REPLACEMENT);
        *s += n ? n : 1;
        return;
    }
    memcpy(ret, *s, (size_t)n);
    ret[n] = '\0';
    *s += n;
}

void text_clean_append(struct buf *buf, const char *text)
{
    char one[5];
    for (const unsigned char *s = (const unsigned char *)text; *s;) {
        take_clean(&s, one);
        buf_puts(buf, one);
    }
}

void h_text(struct html *h, const char *text)
{
    char one[5];
    for (const unsigned char *s = (const unsigned char *)text; *s;) {
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
