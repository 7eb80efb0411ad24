/* The references stay those of the first enrolment: the pictures, the paper's colour, the format,
 * against which everything was measured. New pictures would make another median, to which every
 * sheet learnt before is a little more or less alike than its recorded value says, and those scans
 * are not kept to be measured again. What is extended is the distribution of the values: number,
 * mean, spread and range of every check, of elements and of the sheet (paper and format among
 * them). Who wants new pictures enrols again with all scans.
 *
 * A value of a new sheet is measured against pictures it had no part in, as enrolment measures each
 * sample against the median of the others: old and new values are of one kind. */
#include "classifier/template_add.h"

#include "classifier/check.h"
#include "classifier/dots_usual.h"
#include "classifier/judge.h"
#include "classifier/print_vector.h"
#include "classifier/screen.h"
#include "schemas/base/err.h"
#include "schemas/base/text.h"
#include "schemas/template_store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Chan, Golub, LeVeque: Updating formulae and a pairwise algorithm for computing sample variances
 * (1979). */
void template_stat_merge(const struct template_stat *more, struct template_stat *ret)
{
    if (more->n == 0)
        return;
    if (ret->n == 0) {
        *ret = *more;
        return;
    }
    double a = ret->n, b = more->n, apart = more->mean - ret->mean;
    double squares = ret->sd * ret->sd * (a - 1) + more->sd * more->sd * (b - 1) +
                     apart * apart * a * b / (a + b);
    ret->mean += apart * b / (a + b);
    ret->sd = sqrt(squares / (a + b - 1));
    ret->lo = fmin(ret->lo, more->lo);
    ret->hi = fmax(ret->hi, more->hi);
    ret->n += more->n;
}

static struct template_stat *stat_for(struct template_stat *stat, int *n,
                                      const struct template_stat *like)
{
    for (int i = 0; i < *n; i++)
        if (strcmp(stat[i].check, like->check) == 0)
            return &stat[i];
    if (*n == TEMPLATE_STATS_MAX)
        return NULL;
    struct template_stat *added = &stat[(*n)++];
    memset(added, 0, sizeof *added);
    memcpy(added->check, like->check, sizeof added->check);
    memcpy(added->unit, like->unit, sizeof added->unit);
    return added;
}

static struct template_element *element_of(struct template_data *data, const char *name)
{
    for (int i = 0; i < data->n_elements; i++)
        if (strcmp(data->element[i].name, name) == 0)
            return &data->element[i];
    return NULL;
}

void template_learn_screening(const struct screening *screening, struct template_data *data)
{
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        const struct check *check = check_find(reading->check);
        struct template_element *element = element_of(data, reading->element);
        struct template_stat one;
        if (!check || reading->outcome != OUTCOME_MEASURED || check->of_sheet == (element != NULL))
            continue;
        judge_learn(check, &reading->value, 1, &one);
        struct template_stat *stat = element ? stat_for(element->stat, &element->n_stats, &one)
                                             : stat_for(data->stat, &data->n_stats, &one);
        if (stat)
            template_stat_merge(&one, stat);
        if (element && check == &check_presence)
            element->n_seen++;
    }
    data->n_samples++;
}

/* Whether a sheet that a person calls genuine can be learnt from at all. */
static bool can_be_learnt(const struct screening *screening, struct err *err)
{
    if (screening->verdict == VERDICT_OTHER)
        return err_set(err, "none of the template's elements is recognised on it; if it is "
                            "genuine it is another design: enrol that under a name of its own");
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        if (reading->outcome == OUTCOME_ABSENT && strcmp(reading->check, check_presence.name) == 0)
            return err_set(err,
                           "it has bare paper in the place of %s; if genuine envelopes may lack "
                           "that, remove %s from the template first",
                           reading->element, reading->element);
    }
    return true;
}

static bool add_one(struct screener *screener, const struct add_sheet *sheet,
                    struct template_data *data, struct screening *screening,
                    struct add_answer *answer)
{
    const struct screen_input input = {
        .id = sheet->files.id,
        .path = {sheet->files.path[SIDE_FRONT], sheet->files.path[SIDE_BACK]},
        .dpi = sheet->files.dpi,
    };
    struct err why = {""};
    *answer = (struct add_answer){.outcome = ADD_IMPOSSIBLE};
    bool screened = screen_files(screener, &input, screening, &why);
    if (screened) {
        answer->verdict = screening->verdict;
        answer->n_reasons = screening->n_reasons;
        memcpy(answer->reason, screening->reason, sizeof answer->reason);
    }
    bool pointed_out = screened && screening->verdict != VERDICT_GENUINE;
    bool foreign = screened && screening->verdict == VERDICT_OTHER; /* nothing to confirm */
    if (pointed_out && !foreign && !sheet->confirmed) {
        answer->outcome = ADD_POINTED_OUT;
        return false;
    }
    if (!screened || !can_be_learnt(screening, &why) ||
        !template_note_scan(data, sheet->files.id, input.path[SIDE_FRONT], &why)) {
        snprintf(answer->why, sizeof answer->why, "%s", why.text);
        return false;
    }
    struct print_sheet print = {.origin = PRINT_GENUINE};
    text_copy_utf8(print.group, sizeof print.group, sheet->files.group ? sheet->files.group : "");
    print_vector_learn(screening, &print, data);
    template_learn_screening(screening, data);
    dots_usual_learn_screening(data, screening);
    answer->outcome = pointed_out ? ADD_TAKEN_CONFIRMED : ADD_TAKEN;
    return true;
}

static void describe(const struct add_sheet *sheet, const struct add_answer *answer, int n,
                     char *ret, size_t size)
{
    int taken = 0, confirmed = 0;
    const char *id = "";
    for (int i = 0; i < n; i++)
        if (answer[i].outcome == ADD_TAKEN || answer[i].outcome == ADD_TAKEN_CONFIRMED) {
            confirmed += answer[i].outcome == ADD_TAKEN_CONFIRMED;
            id = taken++ ? id : sheet[i].files.id;
        }
    int used = snprintf(ret, size, "%d genuine envelope%s added: %.60s%s", taken,
                        taken == 1 ? "" : "s", id, taken > 1 ? " and more" : "");
    if (confirmed)
        snprintf(ret + used, size - (size_t)used, "; %d of them confirmed against the program",
                 confirmed);
}

bool template_add(const char *dir, const struct add_sheet *sheet, int n, const char *data_dir,
                  struct add_answer *ret, struct template_data *ret_before,
                  struct template_data *ret_after, struct err *err)
{
    struct template_work work;
    struct screener *screener = NULL;
    struct screening *screening = calloc(1, sizeof *screening);
    if (!screening)
        return err_set(err, "out of memory");
    if (!template_begin(dir, &work, err)) {
        free(screening);
        return false;
    }
    const char *const dirs[] = {work.dir};
    const struct screener_options options = {
        .template_dir = dirs, .n_templates = 1, .data_dir = data_dir};
    bool ok = template_read(work.dir, ret_before, err) && screener_create(&options, &screener, err);
    int taken = 0;
    if (ok)
        *ret_after = *ret_before;
    for (int i = 0; ok && i < n; i++)
        taken += add_one(screener, &sheet[i], ret_after, screening, &ret[i]);
    if (ok && taken) {
        char change[sizeof ret_after->change];
        describe(sheet, ret, n, change, sizeof change);
        ok = template_commit(&work, work.dir, ret_after, change, err);
    } else {
        template_abandon(&work);
    }
    screener_destroy(screener);
    free(screening);
    return ok;
}
