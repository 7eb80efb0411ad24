#include "schemas/dots_mark.h"

#include "schemas/base/err.h"
#include "schemas/dots_mark_json.h"

#include <string.h>

#define PITCH_MM_MIN 0.1 /* finer than any printer's dots can stand */
#define PITCH_MM_MAX 5.0 /* wider than any layout by a factor of five */
#define SHEETS_MAX 1000000

bool dots_cells_check(const struct dots_cells *cells, struct err *err)
{
    size_t n = strlen(cells->site);
    const char letters[] = {DOTS_SITE_DOT, DOTS_SITE_EMPTY, DOTS_SITE_UNCLEAR, '\0'};
    if (n == 0)
        return true;
    if (cells->w < 1 || cells->h < 1 || cells->w > DOTS_SITES_MAX || cells->h > DOTS_SITES_MAX ||
        (size_t)cells->w * (size_t)cells->h != n || cells->s < 0 || cells->s >= cells->w)
        return err_set(err, "the sites of tracking dots do not fill their period");
    if (strspn(cells->site, letters) != n)
        return err_set(err, "a site of tracking dots is none of \"%s\"", letters);
    for (int a = 0; a < 2; a++)
        if (!(cells->pitch_mm[a] >= PITCH_MM_MIN && cells->pitch_mm[a] <= PITCH_MM_MAX))
            return err_set(err, "a pitch of tracking dots is not within %g to %g mm", PITCH_MM_MIN,
                           PITCH_MM_MAX);
    return true;
}

bool dots_learnt_check(const struct dots_learnt *learnt, struct err *err)
{
    long seen = 0;
    for (int i = 0; i < learnt->n_kinds; i++) {
        const struct dots_kind *kind = &learnt->kind[i];
        if (!kind->mark.cells.site[0])
            return err_set(err, "tracking dots were learnt without their sites; enrol again");
        if (!dots_cells_check(&kind->mark.cells, err))
            return err_context(err, "enrol again");
        seen += kind->n_seen;
    }
    return (learnt->n_found <= learnt->n_looked && seen <= learnt->n_found) ||
           err_set(err, "more tracking dots were learnt than envelopes looked at; enrol again");
}

static json_t *put_period(const void *base)
{
    const struct dots_cells *cells = base;
    return json_pack("[iii]", cells->w, cells->h, cells->s);
}

static bool get_period(const json_t *value, void *base, struct err *err)
{
    struct dots_cells *cells = base;
    int *const into[3] = {&cells->w, &cells->h, &cells->s};
    if (!json_is_array(value) || json_array_size(value) != 3)
        return err_set(err, "is not three whole numbers");
    for (size_t i = 0; i < 3; i++) {
        const json_t *item = json_array_get(value, i);
        json_int_t number = json_integer_value(item);
        if (!json_is_integer(item) || number < 0 || number > DOTS_SITES_MAX)
            return err_set(err, "is not three whole numbers up to %d", DOTS_SITES_MAX);
        *into[i] = (int)number;
    }
    return true;
}

const struct json_field dots_cells_fields[DOTS_CELLS_N_FIELDS] = {
    {"pitch_mm", JSON_KIND_NUMBERS, JSON_MUST, JSON_AT(struct dots_cells, pitch_mm),
     .max = PITCH_MM_MAX},
    {"period", JSON_KIND_CUSTOM, JSON_MUST, .put = put_period, .get = get_period},
    {"sites", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct dots_cells, site)},
};

static const struct json_field kind_fields[] = {
    {"pattern", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct dots_kind, mark.pattern)},
    {"serial", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct dots_kind, mark.serial)},
    {"code", JSON_KIND_TEXT, JSON_MUST, JSON_AT(struct dots_kind, mark.code)},
    {"cells", JSON_KIND_OBJECT, JSON_MUST, .offset = offsetof(struct dots_kind, mark.cells),
     JSON_FIELDS(dots_cells_fields)},
    {"n_seen", JSON_KIND_INT, JSON_MUST, JSON_AT(struct dots_kind, n_seen), .min = 1,
     .max = SHEETS_MAX},
};

const struct json_field dots_learnt_fields[DOTS_LEARNT_N_FIELDS] = {
    {"n_looked", JSON_KIND_INT, JSON_MUST, JSON_AT(struct dots_learnt, n_looked),
     .max = SHEETS_MAX},
    {"n_found", JSON_KIND_INT, JSON_MUST, JSON_AT(struct dots_learnt, n_found), .max = SHEETS_MAX},
    {"kinds", JSON_KIND_LIST, JSON_MUST, .offset = offsetof(struct dots_learnt, kind),
     .size = sizeof(struct dots_kind), .max = DOTS_KINDS_MAX,
     .count = offsetof(struct dots_learnt, n_kinds), JSON_FIELDS(kind_fields)},
};
