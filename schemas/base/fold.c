/* Folding follows Unicode: compatibility decomposition parts marks from letters, so that "Réclamé",
 * "RECLAME" and a reading that lost its accents become equal. OCR packs differ mostly in marks: a
 * German pack reads French text well once these are gone.
 *
 * Finding is Myers' bit-parallel algorithm (J. ACM 46, 1999): one 64-bit column of the edit matrix a
 * character of hay, O(hay) for needles up to 64 characters; longer needles, which are rare (a few
 * whole sentences), use the plain column of Sellers. */
#include "schemas/base/fold.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define DECOMPOSED_MAX 32 /* characters one code point can become: NFKD's longest is 18 */
#define WORD_BITS 64      /* needle characters that one machine word holds */
#define LONG_NEEDLE_MAX 512 /* characters; the longest phrase in use has 90, more is cut */

/* Letters with a stroke or joined: NFKD leaves them whole, people and OCR write the plain form. */
static const struct {
    uint32_t from;
    const char *to;
} whole_letters[] = {
    {0x00D8, "O"}, {0x0141, "L"},  {0x0110, "D"},  {0x00D0, "D"}, {0x00C6, "AE"},
    {0x0152, "OE"}, {0x00DE, "TH"}, {0x0131, "I"}, {0x0126, "H"}, {0x0166, "T"},
};

struct folded {
    char *ret;
    size_t n, len;
    bool space; /* a space is due before the next letter */
};

static void put(struct folded *out, const char *bytes, size_t len)
{
    size_t need = len + (out->space ? 1 : 0);
    if (out->len + need >= out->n) {
        out->n = out->len + 1; /* nothing shorter may slip in after the cut */
        return;
    }
    if (out->space)
        out->ret[out->len++] = ' ';
    out->space = false;
    memcpy(out->ret + out->len, bytes, len);
    out->len += len;
}

static bool is_letter_or_digit(utf8proc_int32_t c)
{
    utf8proc_category_t kind = utf8proc_category(c);
    return (kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO) ||
           (kind >= UTF8PROC_CATEGORY_ND && kind <= UTF8PROC_CATEGORY_NO);
}

static void put_char(struct folded *out, utf8proc_int32_t c)
{
    c = utf8proc_toupper(c);
    if (!is_letter_or_digit(c)) {
        out->space = out->len > 0;
        return;
    }
    for (size_t i = 0; i < sizeof whole_letters / sizeof *whole_letters; i++)
        if ((utf8proc_int32_t)whole_letters[i].from == c) {
            put(out, whole_letters[i].to, strlen(whole_letters[i].to));
            return;
        }
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t len = utf8proc_encode_char(c, bytes);
    if (len > 0)
        put(out, (const char *)bytes, (size_t)len);
}

void text_fold(const char *text, char *ret, size_t n)
{
    if (n == 0)
        return;
    struct folded out = {.ret = ret, .n = n};
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
    size_t left = strlen(text);
    while (left > 0 && out.len + 1 < out.n) {
        utf8proc_int32_t c;
        utf8proc_ssize_t used = utf8proc_iterate(p, (utf8proc_ssize_t)left, &c);
        if (used <= 0) {
            out.space = out.len > 0;
            p++, left--;
            continue;
        }
        p += used, left -= (size_t)used;
        utf8proc_int32_t part[DECOMPOSED_MAX];
        int bound = 0;
        utf8proc_ssize_t parts = utf8proc_decompose_char(
            c, part, DECOMPOSED_MAX,
            UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
            &bound);
        for (utf8proc_ssize_t i = 0; i < parts && i < DECOMPOSED_MAX; i++)
            put_char(&out, part[i]);
    }
    out.ret[out.len] = '\0';
}

void text_unconfuse(const char *folded, char *ret, size_t n)
{
    static const char from[] = "01L5826", to[] = "OIISBZG";
    size_t len = 0;
    if (n == 0)
        return;
    while (*folded && len + 1 < n) {
        const char *hit = strchr(from, *folded);
        if (folded[0] == 'R' && folded[1] == 'N') {
            ret[len++] = 'M';
            folded += 2;
        } else {
            ret[len++] = hit ? to[hit - from] : *folded;
            folded++;
        }
    }
    ret[len] = '\0';
}

/* The next character, or 0 at the end; a broken byte comes out as itself above Unicode's range. */
static uint32_t next_char(const char **p)
{
    if (!**p)
        return 0;
    if ((unsigned char)**p < 0x80)
        return (uint32_t)(unsigned char)*(*p)++;
    utf8proc_int32_t c;
    utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)*p, -1, &c);
    if (used <= 0) {
        c = 0x200000 + (unsigned char)**p;
        used = 1;
    }
    *p += used;
    return (uint32_t)c;
}

int text_count(const char *text)
{
    int n = 0;
    while (next_char(&text))
        n++;
    return n;
}

static int decode(const char *text, uint32_t *ret, int max)
{
    int n = 0;
    for (uint32_t c; n < max && (c = next_char(&text)) != 0; n++)
        ret[n] = c;
    return n;
}

/* For each character of the needle the set of places where it stands. */
struct places {
    uint64_t ascii[128];
    uint32_t other[WORD_BITS];
    uint64_t other_bits[WORD_BITS];
    int n_other;
};

static void places_of(const uint32_t *needle, int n, struct places *ret)
{
    memset(ret->ascii, 0, sizeof ret->ascii);
    ret->n_other = 0;
    for (int i = 0; i < n; i++) {
        uint64_t bit = UINT64_C(1) << i;
        if (needle[i] < 128) {
            ret->ascii[needle[i]] |= bit;
            continue;
        }
        int k = 0;
        while (k < ret->n_other && ret->other[k] != needle[i])
            k++;
        if (k == ret->n_other) {
            ret->other[k] = needle[i];
            ret->other_bits[k] = 0;
            ret->n_other++;
        }
        ret->other_bits[k] |= bit;
    }
}

static uint64_t places_at(const struct places *places, uint32_t c)
{
    if (c < 128)
        return places->ascii[c];
    for (int k = 0; k < places->n_other; k++)
        if (places->other[k] == c)
            return places->other_bits[k];
    return 0;
}

static int find_short(const char *hay, const uint32_t *needle, int n, int *ret_end)
{
    struct places places;
    places_of(needle, n, &places);
    uint64_t plus = ~UINT64_C(0), minus = 0, top = UINT64_C(1) << (n - 1);
    int score = n, best = n;
    const char *p = hay;
    *ret_end = 0;
    for (uint32_t c; (c = next_char(&p)) != 0;) {
        uint64_t eq = places_at(&places, c), xv = eq | minus;
        uint64_t xh = (((eq & plus) + plus) ^ plus) | eq;
        uint64_t up = minus | ~(xh | plus), down = plus & xh;
        score += (up & top) ? 1 : (down & top) ? -1 : 0;
        up <<= 1; /* no carry-in: a match may begin anywhere */
        down <<= 1;
        plus = down | ~(xv | up);
        minus = up & xv;
        if (score < best) {
            best = score;
            *ret_end = (int)(p - hay);
            if (best == 0)
                break;
        }
    }
    return best;
}

/* One column of the edit matrix; `anywhere`: a match may begin at any character of hay. */
static int find_long(const char *hay, const uint32_t *needle, int n, bool anywhere, int *ret_end)
{
    int column[LONG_NEEDLE_MAX + 1];
    for (int i = 0; i <= n; i++)
        column[i] = i;
    int best = n, at = 0;
    const char *p = hay;
    *ret_end = 0;
    for (uint32_t c; (c = next_char(&p)) != 0;) {
        int diagonal = column[0];
        column[0] = anywhere ? 0 : ++at;
        for (int i = 1; i <= n; i++) {
            int change = diagonal + (needle[i - 1] != c), gap = column[i] + 1;
            diagonal = column[i];
            int other = column[i - 1] + 1;
            column[i] = change < gap ? change : gap;
            column[i] = column[i] < other ? column[i] : other;
        }
        if (column[n] < best) {
            best = column[n];
            *ret_end = (int)(p - hay);
        }
    }
    return anywhere ? best : column[n];
}

int text_find_approx(const char *hay, const char *needle, int *ret_end)
{
    uint32_t wanted[LONG_NEEDLE_MAX];
    int end = 0, n = decode(needle, wanted, LONG_NEEDLE_MAX);
    int best = n == 0            ? 0
               : n <= WORD_BITS  ? find_short(hay, wanted, n, &end)
                                 : find_long(hay, wanted, n, true, &end);
    if (ret_end)
        *ret_end = end;
    return best;
}

int text_distance(const char *a, const char *b)
{
    uint32_t wanted[LONG_NEEDLE_MAX];
    int end, n = decode(b, wanted, LONG_NEEDLE_MAX);
    return find_long(a, wanted, n, false, &end);
}
