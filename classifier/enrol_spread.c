/* Every sample is screened like any sheet by the template that the others make. Its values are the
 * genuine spread; judged by the others' values they tell whether it belongs to them. Judging each
 * sample by the others only keeps a stranger from excusing itself: its own value is not in the
 * spread it is held against. A stranger does widen the spread that the others are held against, so
 * the strangest is left out alone, and all is learnt again before the next one is looked for. */
#include "classifier/enrol_design.h"

#include "classifier/judge.h"
#include "classifier/verdict.h"
#include "schemas/base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTIONAL_SHARE 3 /* missing on a third of the samples: not all of the firm's have it */
#define REASONS_TOLD 4

static bool take_value(void *ctx, const struct check *check, int element,
                       const struct check_value *value, struct err *err)
{
    struct sample_values *values = ctx;
    struct sample_value *more =
        realloc(values->value, (size_t)(values->n + 1) * sizeof *values->value);
    if (!more)
        return err_set(err, "out of memory while enrolling");
    values->value = more;
    values->value[values->n++] = (struct sample_value){check, element, *value};
    return true;
}

static bool measure_placed(struct design *design, int i, struct model *model, struct ocr *ocr,
                           struct err *err)
{
    struct sample *sample = &design->sample[i];
    struct placement place;
    bool found = false;
    if (!match_scan(&sample->scan, &model, 1, &place, &found, err))
        return false;
    if (!found) {
        sample_leave_out(sample, "is not recognised by the template that the others make");
        return true;
    }
    struct measured *measured = malloc(sizeof *measured);
    bool ok = (measured || err_set(err, "out of memory while enrolling")) &&
              measure_sheet(&sample->scan, &place, sample->patches, ocr, measured, err);
    if (ok) {
        ok = run_checks(&measured->view, take_value, &design->values[i], err);
        measure_finish(measured);
    }
    free(measured);
    return ok;
}

static bool measure_one(void *ctx, int i, int worker, struct err *err)
{
    struct design *design = ctx;
    struct model *model = NULL;
    design->values[i].n = 0;
    if (!design->sample[i].used)
        return true;
    if (!enrol_model(design->element, design->n_elements, design->size_mm, i, &model, err))
        return false;
    model->data.dpi = design->data.dpi;
    memcpy(model->data.paper_lab, design->data.paper_lab, sizeof model->data.paper_lab);
    model->data.has_window = design->data.has_window;
    model->data.window = design->data.window;
    bool ok = sample_open(&design->sample[i], err);
    if (ok) {
        ok = measure_placed(design, i, model, design->ocr[worker], err);
        sample_close(&design->sample[i]);
    }
    model_destroy(model);
    return ok;
}

bool design_measure(struct design *design, struct err *err)
{
    return parallel_run(design->n, measure_one, design, err);
}

static const struct sample_value *find_value(const struct sample_values *values,
                                             const struct check *check, int element)
{
    for (int k = 0; k < values->n; k++)
        if (values->value[k].check == check && values->value[k].element == element)
            return &values->value[k];
    return NULL;
}

/* Statistics of one check on one element over the samples in use, without one (-1: none). */
static void learn_stat(const struct design *design, const struct check *check, int element,
                       int without, struct template_stat *ret)
{
    double value[ENROL_MAX_SAMPLES];
    int n = 0;
    for (int i = 0; i < design->n; i++) {
        if (!design->sample[i].used || i == without)
            continue;
        const struct sample_value *found = find_value(&design->values[i], check, element);
        if (found && found->value.outcome == OUTCOME_MEASURED)
            value[n++] = found->value.value;
    }
    judge_learn(check, value, n, ret);
}

int design_missing(const struct design *design, int element)
{
    int missing = 0;
    for (int i = 0; i < design->n; i++) {
        if (!design->sample[i].used)
            continue;
        const struct sample_value *found = find_value(&design->values[i], &check_presence, element);
        missing += found && found->value.outcome == OUTCOME_ABSENT;
    }
    return missing;
}

/* A part that a good many samples lack may be one that comes and goes with the years; it is no
 * ground to suspect those that lack it. */
static bool is_optional(const struct design *design, int element)
{
    int missing = design_missing(design, element);
    return missing >= ENROL_MIN_SAMPLES ||
           missing * OPTIONAL_SHARE >= samples_used(design->sample, design->n);
}

/* How much of what was found on the sample no genuine envelope would show, by the others. */
static double judge_sample(const struct design *design, int i, struct screening *ret)
{
    const struct sample_values *values = &design->values[i];
    double strangeness = 0;
    memset(ret, 0, sizeof *ret);
    snprintf(ret->template_name, sizeof ret->template_name, "%s", design->name);
    for (int k = 0; k < values->n; k++) {
        const struct sample_value *value = &values->value[k];
        bool of_sheet = value->element < 0;
        if (!of_sheet && is_optional(design, value->element))
            continue;
        struct reading *reading = screening_add_reading(ret);
        struct template_stat stat;
        if (!reading)
            break;
        learn_stat(design, value->check, value->element, i, &stat);
        judge_value(value->check, of_sheet ? "" : design->element[value->element].data.name, &stat,
                    &value->value, reading);
        if (reading->points == POINTS_IMITATION)
            strangeness += reading->surprisal;
    }
    verdict_decide(ret);
    return strangeness;
}

/* The reasons' keys in words: "slogan_missing" reads "slogan missing". */
static void tell_reasons(const struct screening *screening, char *ret, size_t n)
{
    size_t used = 0;
    ret[0] = '\0';
    for (int k = 0; k < screening->n_reasons && k < REASONS_TOLD && used < n; k++)
        used += (size_t)snprintf(ret + used, n - used, "%s%s", k ? "; " : "", screening->reason[k]);
    for (char *p = ret; *p; p++)
        *p = *p == '_' ? ' ' : *p;
}

static void leave_out_stranger(struct sample *sample, const struct screening *screening)
{
    char why[200], text[sizeof sample->why_not];
    if (screening->verdict == VERDICT_OTHER) {
        sample_leave_out(sample, "shows none of the elements that the others share");
        return;
    }
    tell_reasons(screening, why, sizeof why);
    snprintf(text, sizeof text, "looks like an imitation beside the others (%s)", why);
    sample_leave_out(sample, text);
}

bool design_point_out(struct design *design, struct err *err)
{
    struct screening *screening = calloc(2, sizeof *screening);
    struct screening *strangest = screening ? &screening[1] : NULL;
    int found = -1;
    double most = -1;
    if (!screening)
        return err_set(err, "out of memory while enrolling");
    for (int i = 0; i < design->n; i++) {
        design->doubtful[i] = false;
        if (!design->sample[i].used)
            continue;
        double strangeness = judge_sample(design, i, screening);
        design->doubtful[i] = screening->verdict == VERDICT_UNSURE;
        if ((screening->verdict == VERDICT_IMITATION || screening->verdict == VERDICT_OTHER) &&
            strangeness > most) {
            most = strangeness;
            found = i;
            *strangest = *screening;
        }
        if (design->doubtful[i]) /* used all the same, and told */
            tell_reasons(screening, design->sample[i].why_not, sizeof design->sample[i].why_not);
    }
    if (found >= 0)
        leave_out_stranger(&design->sample[found], strangest);
    free(screening);
    return true;
}

void design_spread(struct design *design)
{
    for (int k = 0; k < n_checks; k++)
        for (int i = -1; i < design->n_elements; i++) {
            struct template_element *element = i < 0 ? NULL : &design->element[i].data;
            int *n = element ? &element->n_stats : &design->data.n_stats;
            struct template_stat stat;
            learn_stat(design, checks[k], i, -1, &stat);
            if (stat.n > 0 && *n < TEMPLATE_STATS_MAX)
                (element ? element->stat : design->data.stat)[(*n)++] = stat;
        }
}
