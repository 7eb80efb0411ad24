/* Some checks are told in words of their own, because people ask "which way?" and not "how much?".
 * All others, also those that come later, are told by their reason and the range of their values.
 */
#include "web/text/series_text.h"

#include "web/text/when.h"
#include "web/web.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MM_DECIMALS 1
#define VALUE_DECIMALS 2
#define LARGE 10.0     /* from here on decimals say nothing */
#define SLIGHT 0.3     /* of the whole shift: less to one side is not told */
#define WORDS_SIZE 128 /* an element, a range, a half sentence */
#define UNIT_SIZE 24

static void number(enum lang lang, double value, char ret[NUMBER_TEXT_SIZE])
{
    number_text(lang, value, fabs(value) >= LARGE ? 0 : VALUE_DECIMALS, ret);
}

static void range(enum lang lang, const struct series_reason *reason, char *ret, size_t n)
{
    char low[NUMBER_TEXT_SIZE], high[NUMBER_TEXT_SIZE], unit[UNIT_SIZE];
    number(lang, reason->low, low);
    number(lang, reason->high, high);
    unit_text(lang, reason->unit, unit, sizeof unit);
    if (strcmp(low, high) == 0)
        snprintf(ret, n, "%s %s", low, unit);
    else
        snprintf(ret, n, "%s–%s %s", low, high, unit);
}

/* "5,2 mm te hoog", "5,2 mm te hoog en 3,1 mm te ver naar links" */
static void shift(enum lang lang, double dx, double dy, char *ret, size_t n)
{
    double whole = hypot(dx, dy);
    const double part[2] = {dy, dx};
    static const enum text_key ways[2][2] = {{T_too_high, T_too_low}, {T_too_left, T_too_right}};
    const char *between = "";
    size_t used = 0;
    ret[0] = '\0';
    for (int i = 0; i < 2 && used < n; i++) {
        char mm[NUMBER_TEXT_SIZE];
        if (fabs(part[i]) < SLIGHT * whole)
            continue;
        number_text(lang, fabs(part[i]), MM_DECIMALS, mm);
        used += (size_t)snprintf(ret + used, n - used, "%s%s mm %s", between, mm,
                                 say(lang, ways[i][part[i] > 0]));
        between = say(lang, T_and_between);
    }
}

/* "177 lijnen per inch, 75°" */
static void screen(enum lang lang, const double detail[READING_DETAILS], char *ret, size_t n)
{
    char lines[NUMBER_TEXT_SIZE], degrees[NUMBER_TEXT_SIZE];
    number_text(lang, detail[0], 0, lines);
    number_text(lang, detail[1], 0, degrees);
    snprintf(ret, n, "%s %s, %s°", lines, say(lang, T_lines_an_inch), degrees);
}

static bool is(const struct series_reason *reason, const char *check)
{
    return strcmp(reason->check, check) == 0;
}

static void told_by_reason(enum lang lang, const struct series_reason *reason,
                           char ret[SERIES_TEXT_SIZE])
{
    char words[WORDS_SIZE], values[WORDS_SIZE];
    reason_text(lang, reason->reason, words, sizeof words);
    words[0] = (char)tolower((unsigned char)words[0]);
    range(lang, reason, values, sizeof values);
    if (reason->missing)
        snprintf(ret, SERIES_TEXT_SIZE, "%s", words);
    else
        snprintf(ret, SERIES_TEXT_SIZE, "%s (%s)", words, values);
}

void series_reason_text(enum lang lang, const struct series_reason *reason,
                        char ret[SERIES_TEXT_SIZE])
{
    char words[WORDS_SIZE], element[WORDS_SIZE];
    element_text(lang, reason->element, element, sizeof element);
    if (reason->missing) {
        told_by_reason(lang, reason, ret);
    } else if (is(reason, "place") && reason->has_typical) {
        shift(lang, reason->typical[0], reason->typical[1], words, sizeof words);
        snprintf(ret, SERIES_TEXT_SIZE, "%s %s %s", element, say(lang, T_stands), words);
    } else if (is(reason, "screened_solid") && reason->has_typical) {
        screen(lang, reason->typical, words, sizeof words);
        snprintf(ret, SERIES_TEXT_SIZE, "%s: %s", say(lang, T_same_screen), words);
    } else if (is(reason, "edge_raggedness") || is(reason, "edge_width")) {
        range(lang, reason, words, sizeof words);
        snprintf(ret, SERIES_TEXT_SIZE, "%s (%s)",
                 say(lang, is(reason, "edge_width") ? T_same_edges : T_same_ragged), words);
    } else if (is(reason, "scale")) {
        double middle = (reason->low + reason->high) / 2;
        number_text(lang, fabs(middle), MM_DECIMALS, words);
        snprintf(ret, SERIES_TEXT_SIZE, "%s %s %% %s", say(lang, T_printed), words,
                 say(lang, middle < 0 ? T_too_small : T_too_large));
    } else if (is(reason, "tracking_dots")) { /* without words when nobody can read them */
        snprintf(ret, SERIES_TEXT_SIZE, "%s%s%s", say(lang, T_same_dots),
                 reason->words[0] ? ": " : "", reason->words);
    } else if (reason->words[0]) {
        snprintf(ret, SERIES_TEXT_SIZE, "%s: %s", say(lang, T_same_words), reason->words);
    } else {
        told_by_reason(lang, reason, ret);
    }
}

void series_head_text(enum lang lang, const struct series_reason *reason,
                      char ret[SERIES_TEXT_SIZE])
{
    char check[WORDS_SIZE], element[WORDS_SIZE];
    if (is(reason, "tracking_dots"))
        snprintf(check, sizeof check, "%s", say(lang, T_tracking_dots));
    else
        check_text(lang, reason->check, check, sizeof check);
    element_text(lang, reason->element, element, sizeof element);
    if (reason->element[0])
        snprintf(ret, SERIES_TEXT_SIZE, "%s: %s", check, element);
    else
        snprintf(ret, SERIES_TEXT_SIZE, "%s", check);
}

void series_cell_text(enum lang lang, const struct series_reason *reason,
                      const struct series_cell *cell, char ret[SERIES_TEXT_SIZE])
{
    char value[NUMBER_TEXT_SIZE], unit[UNIT_SIZE];
    switch (cell->shows) {
    case SERIES_SHOWS_NOTHING:
        snprintf(ret, SERIES_TEXT_SIZE, "%s", say(lang, T_shows_nothing));
        return;
    case SERIES_SHOWS_GENUINE:
        snprintf(ret, SERIES_TEXT_SIZE, "%s", say(lang, T_shows_genuine));
        return;
    case SERIES_SHOWS_MISSING:
        snprintf(ret, SERIES_TEXT_SIZE, "%s", say(lang, T_shows_missing));
        return;
    case SERIES_SHOWS_DEVIATION:
        break;
    }
    if (is(reason, "place") && cell->has_detail) {
        shift(lang, cell->detail[0], cell->detail[1], ret, SERIES_TEXT_SIZE);
    } else if (is(reason, "screened_solid") && cell->has_detail) {
        screen(lang, cell->detail, ret, SERIES_TEXT_SIZE);
    } else if (is(reason, "tracking_dots")) {
        snprintf(ret, SERIES_TEXT_SIZE, "%s",
                 reason->words[0] ? reason->words : term_text(lang, "detected"));
    } else {
        number(lang, cell->value, value);
        unit_text(lang, reason->unit, unit, sizeof unit);
        snprintf(ret, SERIES_TEXT_SIZE, "%s %s", value, unit);
    }
}

void series_share_text(enum lang lang, const struct series *series, int reason,
                       char ret[SERIES_TEXT_SIZE])
{
    snprintf(ret, SERIES_TEXT_SIZE, "%s %d %s %d", say(lang, T_series_at), series->reason[reason].n,
             say(lang, T_series_of_them), series->n_members);
}

void series_title_text(enum lang lang, const struct series *series, char ret[SERIES_TEXT_SIZE])
{
    const char *first, *last;
    char day[WHEN_SIZE];
    series_dates(series, &first, &last);
    when_day(lang, first, day);
    snprintf(ret, SERIES_TEXT_SIZE, "%s %lld: %d %s %s %s",
             say(lang, series->strong ? T_series_strong : T_series_possible), (long long)series->id,
             series->n_members, say(lang, T_envelopes), say(lang, T_series_since), day);
}

/* The public name of web.h, for the command line. */
void web_series_reason_text(const char *lang, const struct series_reason *reason, char *ret,
                            size_t n)
{
    char text[SERIES_TEXT_SIZE];
    series_reason_text(lang_from_code(lang), reason, text);
    snprintf(ret, n, "%s", text);
}
