#include "schemas/base/text.h"

#include <stdint.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/* The second byte's range is narrower after these lead bytes (Unicode 15, table 3-7). */
static bool second_fits(unsigned char lead, unsigned char second)
{
    switch (lead) {
    case 0xe0:
        return second >= 0xa0 && second <= 0xbf;
    case 0xed:
        return second >= 0x80 && second <= 0x9f; /* no surrogates */
    case 0xf0:
        return second >= 0x90 && second <= 0xbf;
    case 0xf4:
        return second >= 0x80 && second <= 0x8f; /* up to U+10FFFF */
    default:
        return second >= 0x80 && second <= 0xbf;
    }
}

size_t text_char_len(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    if (p[0] == 0)
        return 0;
    if (p[0] < 0x80)
        return 1;
    size_t len = p[0] >= 0xc2 && p[0] <= 0xdf   ? 2
                 : p[0] >= 0xe0 && p[0] <= 0xef ? 3
                 : p[0] >= 0xf0 && p[0] <= 0xf4 ? 4
                                                : 0;
    if (len == 0 || !second_fits(p[0], p[1]))
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

static uint32_t code_point(const char *text, size_t len)
{
    uint32_t ret =
        len == 1 ? (unsigned char)text[0] : (unsigned char)text[0] & (0xffU >> (len + 1));
    for (size_t i = 1; i < len; i++)
        ret = ret << 6 | ((unsigned char)text[i] & 0x3fU);
    return ret;
}

bool text_is_unseen(const char *text)
{
    uint32_t code = code_point(text, text_char_len(text));
    bool control = (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7f && code < 0xa0);
    bool direction = code == 0x200e || code == 0x200f || code == 0x061c ||
                     (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    bool separator = code == 0x2028 || code == 0x2029 || code == 0xfeff;
    bool unseen = code == 0x200b || (code >= 0x2060 && code <= 0x2064) ||
                  (code >= 0xe0000 && code <= 0xe0fff);
    return control || direction || separator || unseen || (code & 0xfffe) == 0xfffe;
}

void text_copy_utf8(char *ret, size_t n, const char *text)
{
    if (n == 0)
        return;
    size_t used = 0;
    while (*text) {
        size_t len = text_char_len(text);
        const char *piece = len ? text : replacement;
        size_t piece_len = len ? len : sizeof replacement - 1;
        if (used + piece_len >= n)
            break;
        memcpy(ret + used, piece, piece_len);
        used += piece_len;
        text += len ? len : 1;
    }
    ret[used] = '\0';
}

bool text_is_utf8(const char *text)
{
    while (*text) {
        size_t len = text_char_len(text);
        if (len == 0)
            return false;
        text += len;
    }
    return true;
}
