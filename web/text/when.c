#define _GNU_SOURCE
#include "web/text/when.h"

#include "schemas/base/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define HOUR_MS INT64_C(3600000)
#define NUMBER_LIMIT 1e15 /* beyond it a double has no exact integers: nothing we measure */
#define DECIMALS_MAX 6
#define KILO 1000.0          /* sizes as file managers show them: decimal units */
#define SUMMER_CHANGE_HOUR 1 /* 01:00 UTC, last Sunday of March and of October */

static const char *const months[LANG_COUNT][12] = {
    {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
     "oktober", "november", "december"},
    {"January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December"},
};
static const char *const months_short[LANG_COUNT][12] = {
    {"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"},
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
};

/* UTC milliseconds of the change in the given month (0-based) of the year. */
static int64_t last_sunday_ms(int year, int month)
{
    struct tm last_day = {.tm_year = year,
                          .tm_mon = month,
                          .tm_mday = 31,
                          .tm_hour = SUMMER_CHANGE_HOUR}; /* March and October have 31 days */
    time_t seconds = timegm(&last_day);
    gmtime_r(&seconds, &last_day);
    return ((int64_t)seconds - (int64_t)last_day.tm_wday * 24 * 3600) * 1000;
}

/* Local calendar of a register time; false when iso is none. */
static bool dutch_time(const char *iso, struct tm *ret, bool *ret_summer)
{
    int64_t utc_ms;
    if (!clock_parse(iso, &utc_ms))
        return false;
    time_t seconds = (time_t)(utc_ms / 1000);
    struct tm utc;
    if (!gmtime_r(&seconds, &utc))
        return false;
    *ret_summer =
        utc_ms >= last_sunday_ms(utc.tm_year, 2) && utc_ms < last_sunday_ms(utc.tm_year, 9);
    seconds = (time_t)((utc_ms + (*ret_summer ? 2 : 1) * HOUR_MS) / 1000);
    return gmtime_r(&seconds, ret) != NULL;
}

static void as_it_is(const char *iso, char ret[WHEN_SIZE])
{
    snprintf(ret, WHEN_SIZE, "%.*s", WHEN_SIZE - 1, iso);
}

void when_long(enum lang lang, const char *iso, char ret[WHEN_SIZE])
{
    struct tm t;
    bool summer;
    if (!dutch_time(iso, &t, &summer)) {
        as_it_is(iso, ret);
        return;
    }
    snprintf(ret, WHEN_SIZE, "%d %s %d, %02d:%02d:%02d", t.tm_mday, months[lang][t.tm_mon],
             t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

void when_day(enum lang lang, const char *iso, char ret[WHEN_SIZE])
{
    struct tm t;
    bool summer;
    if (!dutch_time(iso, &t, &summer)) {
        as_it_is(iso, ret);
        return;
    }
    snprintf(ret, WHEN_SIZE, "%d %s %d", t.tm_mday, months[lang][t.tm_mon], t.tm_year + 1900);
}

void when_date(enum lang lang, const char *day, char ret[WHEN_SIZE])
{
    int y = 0, m = 0, d = 0, used = 0;
    if (sscanf(day, "%4d-%2d-%2d%n", &y, &m, &d, &used) != 3 || day[used] || m < 1 || m > 12)
        as_it_is(day, ret);
    else
        snprintf(ret, WHEN_SIZE, "%d %s %d", d, months[lang][m - 1], y);
}

void when_zoned(enum lang lang, const char *iso, char ret[WHEN_SIZE])
{
    static const char *const zone[LANG_COUNT][2] = {
        {"MET, UTC+1", "MEZT, UTC+2"}, /* the Dutch names of CET and CEST */
        {"CET, UTC+1", "CEST, UTC+2"},
    };
    struct tm t;
    bool summer;
    if (!dutch_time(iso, &t, &summer)) {
        as_it_is(iso, ret);
        return;
    }
    snprintf(ret, WHEN_SIZE, "%d %s %d, %02d:%02d:%02d (%s)", t.tm_mday, months[lang][t.tm_mon],
             t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec, zone[lang][summer]);
}

void when_short(enum lang lang, const char *iso, char ret[WHEN_SIZE])
{
    struct tm t;
    bool summer;
    if (!dutch_time(iso, &t, &summer)) {
        as_it_is(iso, ret);
        return;
    }
    snprintf(ret, WHEN_SIZE, "%d %s %02d:%02d", t.tm_mday, months_short[lang][t.tm_mon], t.tm_hour,
             t.tm_min);
}

void number_text(enum lang lang, double value, int decimals, char ret[NUMBER_TEXT_SIZE])
{
    if (!isfinite(value) || fabs(value) >= NUMBER_LIMIT) {
        strcpy(ret, "–");
        return;
    }
    if (decimals < 0 || decimals > DECIMALS_MAX)
        decimals = DECIMALS_MAX;
    snprintf(ret, NUMBER_TEXT_SIZE, "%.*f", decimals, value);
    char *point = strpbrk(ret, ".,");
    if (!point)
        return;
    char *end = ret + strlen(ret);
    while (end > point + 1 && end[-1] == '0')
        *--end = '\0';
    if (end == point + 1)
        *point = '\0';
    else
        *point = lang == LANG_NL ? ',' : '.';
}

void size_text(enum lang lang, int64_t bytes, char ret[NUMBER_TEXT_SIZE])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= KILO && unit + 1 < sizeof units / sizeof *units) {
        value /= KILO;
        unit++;
    }
    char number[NUMBER_TEXT_SIZE];
    number_text(lang, value, value < 100 && unit > 0 ? 1 : 0, number);
    snprintf(ret, NUMBER_TEXT_SIZE, "%.40s %s", number, units[unit]);
}
