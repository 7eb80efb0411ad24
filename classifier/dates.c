/* Three groups that make a day of the calendar. What is one group too many (a telephone number, a
 * code) is none: digits may not touch the date on either side. */
#include "classifier/dates.h"

#include "schemas/base/fold.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MONTHS 12
#define MONTH_LETTERS 3 /* that tell a month in every language below, or all of a shorter word */

/* Beginnings of the months' names, folded: Dutch, German, English, French, Italian, Spanish,
 * Portuguese, Polish, Swedish. */
static const char *const month_names[MONTHS] = {
    " JAN GEN ENE STY ",
    " FEB FEV LUT ",
    " MRT MAR MAA MRZ MAE ",
    " APR AVR ABR KWI ",
    " MEI MAI MAY MAG MAJ ",
    " JUN JUI GIU CZE ",
    " JUL LUG LIP JUIL ",
    " AUG AOU AGO SIE ",
    " SEP SET WRZ ",
    " OKT OCT OTT OUT PAZ ",
    " NOV LIS ",
    " DEC DEZ DIC GRU ",
};

static int month_of(const char *word, int n)
{
    char folded[32], key[8], text[32];
    snprintf(text, sizeof text, "%.*s", n < 31 ? n : 31, word);
    text_fold(text, folded, sizeof folded);
    if (strlen(folded) < MONTH_LETTERS)
        return 0;
    if (strncmp(folded, "JUILLET", 4) == 0)
        return 7;
    snprintf(key, sizeof key, " %.3s ", folded);
    for (int i = 0; i < MONTHS; i++)
        if (strstr(month_names[i], key))
            return i + 1;
    return 0;
}

static int days_in(int year, int month)
{
    static const int days[MONTHS] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static bool is_day(int year, int month, int day)
{
    return year >= 2000 && year <= 2099 && month >= 1 && month <= MONTHS && day >= 1 &&
           day <= days_in(year, month);
}

struct part {
    int at, n;
    int value; /* of digits; months' names 1..12 */
    bool is_name;
};

/* A group of digits or letters at `at`. */
static struct part part_at(const char *text, int at)
{
    struct part part = {.at = at};
    bool digits = isdigit((unsigned char)text[at]) != 0;
    while (text[at + part.n] && (digits ? isdigit((unsigned char)text[at + part.n]) != 0
                                        : isalpha((unsigned char)text[at + part.n]) ||
                                              (unsigned char)text[at + part.n] >= 0x80))
        part.n++;
    part.is_name = !digits;
    part.value = digits ? (part.n <= 4 ? atoi(text + at) : -1) : month_of(text + at, part.n);
    return part;
}

static int year_of(const struct part *part)
{
    return part->is_name ? -1 : part->n == 4 ? part->value : part->n == 2 ? 2000 + part->value : -1;
}

static bool make(int year, int month, int day, const struct part part[3], struct date_read *ret)
{
    if (!is_day(year, month, day))
        return false;
    *ret = (struct date_read){.at = part[0].at, .n = part[2].at + part[2].n - part[0].at};
    snprintf(ret->iso, sizeof ret->iso, "%04u-%02u-%02u", (unsigned)year % 10000,
             (unsigned)month % 100, (unsigned)day % 100);
    return true;
}

static bool take(const struct part part[3], const char *country, struct date_read *ret)
{
    const struct part *a = &part[0], *b = &part[1], *c = &part[2];
    bool american = strcmp(country, "US") == 0;
    if (a->is_name && !b->is_name && a->value > 0 && b->n <= 2 && c->n == 4) /* Feb 15, 2026 */
        return make(year_of(c), a->value, b->value, part, ret);
    if (a->is_name || c->is_name)
        return false;
    if (a->n == 4 && b->n <= 2 && c->n <= 2)
        return make(a->value, b->value, c->value, part, ret);
    if (a->n > 2 || (!b->is_name && b->n > 2) || (c->n != 2 && c->n != 4))
        return false;
    if (b->is_name)
        return b->value > 0 && make(year_of(c), b->value, a->value, part, ret);
    bool day_first = is_day(year_of(c), b->value, a->value),
         month_first = is_day(year_of(c), a->value, b->value);
    if (!day_first && !month_first)
        return false;
    bool swap = american ? month_first : !day_first;
    make(year_of(c), swap ? a->value : b->value, swap ? b->value : a->value, part, ret);
    ret->ambiguous = !*country && day_first && month_first && a->value != b->value;
    return true;
}

/* The separator between two groups: one of . - / with spaces around, a space, or a comma after a
 * name. */
static int gap_at(const char *text, int at)
{
    int n = (int)strspn(text + at, " ");
    if (text[at + n] && strchr(".-/,", text[at + n]))
        n++;
    n += (int)strspn(text + at + n, " ");
    return n >= 1 && n <= 3 ? n : 0;
}

/* A further group of digits on either side makes it some other number. */
static bool stands_free(const char *text, int from, int to)
{
    bool before =
        from >= 2 && strchr(".-/", text[from - 1]) && isdigit((unsigned char)text[from - 2]);
    bool after = text[to] && strchr(".-/", text[to]) && isdigit((unsigned char)text[to + 1]);
    return !before && !after && !isalnum((unsigned char)text[to]);
}

int dates_find(const char *text, const char *country, struct date_read *ret, int max)
{
    int n = 0;
    for (int at = 0; text[at] && n < max;) {
        bool starts =
            isalnum((unsigned char)text[at]) && (at == 0 || !isalnum((unsigned char)text[at - 1]));
        struct part part[3];
        int to = at, groups = 0;
        while (starts && groups < 3 && isalnum((unsigned char)text[to])) {
            part[groups] = part_at(text, to);
            to += part[groups].n;
            int gap = ++groups < 3 ? gap_at(text, to) : 0;
            if (groups < 3 && gap == 0)
                break;
            to += gap;
        }
        bool ends = groups == 3 && stands_free(text, at, to);
        if (ends && take(part, country, &ret[n])) {
            at = to;
            n++;
        } else {
            at++;
        }
    }
    return n;
}
