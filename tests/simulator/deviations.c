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
} rows[] = {
#define DEVIATION(name) {#name, offsetof(struct deviations, name)},
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
