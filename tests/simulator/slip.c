#include "tests/simulator/slip.h"

#include <stdio.h>
#include <string.h>

#define WORD_LEAST 4 /* letters; a changed article says nothing */

static bool lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A plausible slip of somebody who typed the address again. */
static void misspell(char *text)
{
    for (char *c = text; *c; c++)
        if (c[0] == 'e' && c[1] == 'e') {
            memmove(c, c + 1, strlen(c));
            return;
        }
    for (char *c = text; *c && c[1]; c++)
        if (lower(c[0]) && lower(c[1]) && c[0] != c[1] && c > text + 2) {
            char swap = c[0];
            c[0] = c[1];
            c[1] = swap;
            return;
        }
}

/* The variant-th character of a kind, counted round. */
static char *pick(char *text, bool (*kind)(char), unsigned variant)
{
    unsigned n = 0;
    for (char *c = text; *c; c++)
        n += kind(*c);
    variant = n ? variant % n : 0;
    for (char *c = text; *c; c++)
        if (kind(*c) && variant-- == 0)
            return c;
    return NULL;
}

static void change_letter(char *text, unsigned variant)
{
    /* what is misread or mistyped for a, b, .. z */
    static const char instead[] = "ohebctqnlihinmaqgnzfvuvkvs";
    char *c = pick(text, lower, variant);
    if (c)
        *c = instead[*c - 'a'];
}

static void change_word(char *text, size_t size, unsigned variant)
{
    static const char *const words[] = {"Nieuwe", "altijd", "Linden", "samen", "Molen", "zeker"};
    const char *best = NULL;
    size_t most = WORD_LEAST - 1;
    for (const char *at = text; *at;) { /* the longest run of letters */
        size_t n = 0;
        while (at[n] && at[n] != ' ' && at[n] != ',' && !digit(at[n]))
            n++;
        if (n > most) {
            most = n;
            best = at;
        }
        at += n ? n : 1;
    }
    if (!best) {
        change_letter(text, variant);
        return;
    }
    char changed[160];
    const char *word = words[variant % (sizeof words / sizeof *words)];
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)(best - text), text, word, best + most);
    snprintf(text, size, "%s", changed);
}

void slip_text(char *text, size_t size, enum slip slip, unsigned variant)
{
    char *c = slip == SLIP_DIGIT ? pick(text, digit, variant) : NULL;
    if (c)
        *c = (char)('0' + (*c - '0' + 1 + (int)(variant % 9)) % 10);
    else if (slip == SLIP_SPELLING)
        misspell(text);
    else if (slip == SLIP_WORD)
        change_word(text, size, variant);
    else
        change_letter(text, variant);
}
