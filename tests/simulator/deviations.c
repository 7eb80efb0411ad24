#include "tests/simulator/deviations.h"
#include "tests/simulator/geom.h"
#include "tests/simulator/rng.h"

#include "schemas/base/err.h"

#include <stdio.h>
#include <string.h>

#define MOVED_LEAST_MM 4.0 /* a person with a ruler sees it; the press stays within 1 mm */
#define MOVED_MOST_MM 8.0  /* stays on the paper: elements keep 7 mm and more from the edge */
#define SHRUNK_LEAST 0.96  /* "fit to page" of office programs */
#define SHRUNK_MOST 0.97
#define GROWN_LEAST 1.03
#define GROWN_MOST 1.05
#define SHRUNK_CHANCE 0.6

static const struct {
    const char *name;
    size_t at;
    unsigned needs;
} rows[] = {
#define DEVIATION(name, needs) {#name, offsetof(struct deviations, name), needs},
#include "tests/simulator/deviations.def"
#undef DEVIATION
};
enum { N_ROWS = (int)(sizeof rows / sizeof *rows) };

static bool *flag(struct deviations *deviations, int row)
{
    return (bool *)((char *)deviations + rows[row].at);
}

static bool is_set(const struct deviations *deviations, int row)
{
    return *(const bool *)((const char *)deviations + rows[row].at);
}

void deviations_measure(struct deviations *d, struct rng *rng)
{
    d->moved_mm = rng_range(rng, MOVED_LEAST_MM, MOVED_MOST_MM);
    d->moved_angle = rng_range(rng, 0, 2 * M_PI);
    if (d->logo_moved || d->slogan_moved) /* to the right: both may stand near three edges */
        d->moved_angle = rng_range(rng, d->logo_moved ? 0 : -M_PI / 3, M_PI / 6);
    d->scale = rng_chance(rng, SHRUNK_CHANCE) ? rng_range(rng, SHRUNK_LEAST, SHRUNK_MOST)
                                              : rng_range(rng, GROWN_LEAST, GROWN_MOST);
    d->slip = (enum slip)rng_int(rng, SLIPS);
    d->variant = (unsigned)rng_int(rng, 1 << 16);
}

void deviations_add(struct deviations *deviations, struct rng *rng)
{
    *flag(deviations, rng_int(rng, N_ROWS)) = true;
}

static unsigned missing(const struct deviations *d)
{
    return (d->logo_missing ? HAS_LOGO : 0u) | (d->sender_missing ? HAS_SENDER : 0u) |
           (d->slogan_missing ? HAS_SLOGAN : 0u) | (d->mark_missing ? HAS_MARK : 0u);
}

void deviations_limit(struct deviations *deviations, unsigned has)
{
    unsigned shown = has & ~missing(deviations);
    for (int i = 0; i < N_ROWS; i++)
        if (rows[i].needs & ~(strstr(rows[i].name, "_missing") ? has : shown))
            *flag(deviations, i) = false;
}

bool deviations_leave_a_claim(const struct deviations *deviations, unsigned has)
{
    return has & ~missing(deviations) & (HAS_LOGO | HAS_SENDER | HAS_SLOGAN);
}

const char *deviations_impossible(const struct deviations *deviations, unsigned has)
{
    for (int i = 0; i < N_ROWS; i++)
        if (is_set(deviations, i) && rows[i].needs & ~has)
            return rows[i].name;
    return NULL;
}

void deviations_list(const struct deviations *deviations, char *ret, size_t size)
{
    *ret = 0;
    for (int i = 0; i < N_ROWS; i++) {
        size_t used = strlen(ret);
        if (is_set(deviations, i))
            snprintf(ret + used, size - used, "%s%s", used ? "," : "", rows[i].name);
    }
}

static bool named(const char *text, size_t n, const char *name)
{
    return strlen(name) == n && strncmp(name, text, n) == 0;
}

bool deviations_parse(const char *list, struct deviations *ret, struct err *err)
{
    struct deviations d = {0};
    for (const char *at = list; *at;) {
        size_t n = strcspn(at, ",");
        int row = 0;
        while (row < N_ROWS && !named(at, n, rows[row].name))
            row++;
        if (row < N_ROWS)
            *flag(&d, row) = true;
        else if (!named(at, n, "none") && !named(at, n, "print_differs"))
            return err_set(err, "'%.*s' is no deviation; see deviations.def", (int)n, at);
        at += n + (at[n] == ',');
    }
    *ret = d;
    return true;
}

bool deviations_any(const struct deviations *deviations)
{
    for (int i = 0; i < N_ROWS; i++)
        if (is_set(deviations, i))
            return true;
    return false;
}
