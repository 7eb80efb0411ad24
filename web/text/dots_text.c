/* Yellow tracking dots in a sentence: "aanwezig en gelezen: printer met nummer 25737234, afgedrukt
 * op (klok van de printer) 17 september 2009, 18:18, merk Xerox; op geen van de 20 eigen enveloppen
 * die daarop bekeken zijn staan zulke punten". */
#include "web/text/when.h"
#include "web/web.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DATE_SIZE 10 /* 2009-09-17 */

static void add(char *ret, size_t n, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void add(char *ret, size_t n, const char *fmt, ...)
{
    size_t used = strlen(ret);
    va_list args;
    va_start(args, fmt);
    vsnprintf(ret + used, n - used, fmt, args);
    va_end(args);
}

/* The printer's clock has no zone: noon in UTC keeps the day. */
static void add_time(enum lang lang, const char *time, char *ret, size_t n)
{
    char iso[sizeof "2009-09-17T12:00:00.000Z"], day[WHEN_SIZE];
    snprintf(iso, sizeof iso, "%.*sT12:00:00.000Z", DATE_SIZE, time);
    when_day(lang, iso, day);
    add(ret, n, ", %s %s", say(lang, T_dots_printed), day);
    if (time[DATE_SIZE] == 'T')
        add(ret, n, ", %s", time + DATE_SIZE + 1);
}

/* What the code says, "" when it is not read. */
static void add_code(enum lang lang, const struct screening *screening, char *ret, size_t n)
{
    if (strcmp(screening->dots.status, "decoded") != 0)
        return;
    if (screening->dots.serial[0])
        add(ret, n, ": %s %s", say(lang, T_dots_machine), screening->dots.serial);
    else
        add(ret, n, ": %s %s", say(lang, T_dots_code), screening->dots.code);
    if (strlen(screening->dots.time) >= DATE_SIZE)
        add_time(lang, screening->dots.time, ret, n);
    if (screening->dots.maker[0])
        add(ret, n, ", %s %s", say(lang, T_dots_maker), screening->dots.maker);
}

/* Whether genuine envelopes carry such dots. */
static void add_usual(enum lang lang, const struct screening *screening, char *ret, size_t n)
{
    const char *relation = screening->dots.genuine.relation;
    int looked = screening->dots.genuine.looked, alike = screening->dots.genuine.alike;
    enum text_key beside = T_dots_untold;
    if (!screening->dots.genuine.known)
        return;
    if (strcmp(relation, "none") == 0) {
        add(ret, n, "; %s %d %s", say(lang, T_dots_none_of), looked, say(lang, T_dots_own_looked));
        return;
    }
    if (!relation[0]) { /* none on this sheet */
        beside = T_dots_usual;
        alike = screening->dots.genuine.found;
    } else if (strcmp(relation, "same_machine") == 0) {
        beside = screening->dots.serial[0] ? T_dots_same_machine : T_dots_same_code;
    } else if (strcmp(relation, "same_layout") == 0) {
        beside = screening->dots.serial[0] ? T_dots_other_machine : T_dots_same_layout;
    } else if (strcmp(relation, "other_layout") == 0) {
        beside = T_dots_other_layout;
    }
    if (alike > 0)
        add(ret, n, "; %s %d %s %d %s", say(lang, beside), alike, say(lang, T_dots_of_the), looked,
            say(lang, T_dots_own_ones));
}

void dots_text(enum lang lang, const struct screening *screening, char *ret, size_t n)
{
    snprintf(ret, n, "%s", term_text(lang, screening->dots.status));
    if (strcmp(screening->dots.status, "none") == 0)
        add(ret, n, ", %s", say(lang, T_dots_absence));
    if (screening->dots.note[0])
        add(ret, n, ": %s", term_text(lang, screening->dots.note));
    if (strcmp(screening->dots.status, "detected") == 0)
        add(ret, n, ", %s", say(lang, T_dots_unread));
    add_code(lang, screening, ret, n);
    add_usual(lang, screening, ret, n);
}

void web_dots_text(const char *lang, const struct screening *screening, char *ret, size_t n)
{
    dots_text(lang_from_code(lang), screening, ret, n);
}
