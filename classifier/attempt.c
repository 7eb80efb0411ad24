#include "classifier/attempt.h"

#include "classifier/crops.h"
#include "classifier/judge.h"
#include "classifier/marks.h"
#include "classifier/verdict.h"
#include "schemas/base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which way up each side of the scan lies, as far as the template says. */
static void set_turns(const struct placement *place, int ret[SIDE_COUNT])
{
    for (int s = 0; s < SIDE_COUNT; s++)
        if (place->has[s]) {
            ret[place->scan_side[s]] = place->turn[s];
            if (!place->has[1 - s]) /* turned over about the feeder's direction */
                ret[1 - place->scan_side[s]] = (360 - place->turn[s]) % 360;
        }
}

struct taking {
    const struct scan *scan;
    struct attempt *attempt;
};

static bool take_reading(void *ctx, const struct check *check, int i,
                         const struct check_value *value, struct err *err)
{
    (void)err;
    const struct taking *taking = ctx;
    const struct attempt *attempt = taking->attempt;
    const struct model *model = attempt->place.model;
    const struct template_element *element =
        i < 0 || check->of_marks ? NULL : &model->data.element[i];
    struct reading *reading = screening_add_reading(attempt->screening);
    if (!reading)
        return true;
    struct template_stat rule = {0};
    if (check->of_marks)
        mark_stat(check, &model->data, i, &rule);
    judge_value(check,
                element           ? element->name
                : check->of_marks ? model->data.mark[i].print.name
                                  : "",
                check->of_marks ? &rule : template_stat_find(&model->data, element, check->name),
                value, reading);
    if (element) {
        const struct located *located = &attempt->measured.located[i];
        double fed[4];
        reading->side = located->scan_side;
        if (value->has_place)
            laid_box(&located->to_page, value->place_mm, fed);
        else
            located_box(located, fed);
        box_upright(&taking->scan->side[located->scan_side], attempt->turn[located->scan_side], fed,
                    reading->box_mm);
        reading->has_box = located->state != ELEMENT_NOT_SCANNED;
    } else if (value->has_place) {
        double fed[4];
        reading->side = attempt->place.scan_side[value->place_side];
        laid_box(&attempt->place.page[value->place_side], value->place_mm, fed);
        box_upright(&taking->scan->side[reading->side], attempt->turn[reading->side], fed,
                    reading->box_mm);
        reading->has_box = true;
    }
    return true;
}

static void set_template(const struct attempt *attempt)
{
    struct screening *screening = attempt->screening;
    const struct template_data *data = &attempt->place.model->data;
    snprintf(screening->template_name, sizeof screening->template_name, "%s", data->name);
    snprintf(screening->template_version, sizeof screening->template_version, "%s", data->version);
    screening->orientation = attempt->turn[SIDE_FRONT];
    screening->sides_swapped = attempt->place.scan_side[SIDE_FRONT] == SIDE_BACK;
    for (int i = 0; i < data->n_elements; i++) { /* front or flap: what says more */
        const char *text = attempt->measured.sender_text[i];
        if (strlen(text) > strlen(screening->text_sender))
            snprintf(screening->text_sender, sizeof screening->text_sender, "%s", text);
    }
}

bool attempt_make(const struct scan *scan, const struct placement *place,
                  const struct side_patches patches[SIDE_COUNT], struct ocr *ocr,
                  struct attempt **ret, struct err *err)
{
    struct attempt *attempt = calloc(1, sizeof *attempt);
    struct screening *screening = calloc(1, sizeof *screening);
    if (!attempt || !screening) {
        free(attempt);
        free(screening);
        return err_set(err, "out of memory while comparing with a template");
    }
    attempt->screening = screening;
    attempt->place = *place;
    set_turns(place, attempt->turn);
    struct taking taking = {.scan = scan, .attempt = attempt};
    bool ok = measure_sheet(scan, &attempt->place, patches, ocr, &attempt->measured, err);
    if (ok) {
        set_template(attempt);
        ok = run_checks(&attempt->measured.view, take_reading, &taking, err);
    }
    if (!ok) {
        attempt_destroy(attempt);
        return false;
    }
    verdict_decide(screening);
    *ret = attempt;
    return true;
}

void attempt_destroy(struct attempt *attempt)
{
    if (!attempt)
        return;
    measure_finish(&attempt->measured);
    free(attempt->screening);
    free(attempt);
}

static int recognised(const struct attempt *attempt)
{
    int n = 0;
    for (int i = 0; i < attempt->place.model->data.n_elements; i++)
        n += attempt->measured.located[i].state == ELEMENT_FOUND;
    return n;
}

static double contradiction(const struct attempt *attempt)
{
    double sum = 0;
    for (int i = 0; i < attempt->screening->n_readings; i++)
        if (attempt->screening->reading[i].weight > 0)
            sum += attempt->screening->reading[i].weight;
    return sum;
}

bool attempt_is_better(const struct attempt *a, const struct attempt *b)
{
    int of_a = recognised(a), of_b = recognised(b);
    bool a_other = a->screening->verdict == VERDICT_OTHER;
    bool b_other = b->screening->verdict == VERDICT_OTHER;
    bool a_genuine = a->screening->verdict == VERDICT_GENUINE;
    bool b_genuine = b->screening->verdict == VERDICT_GENUINE;
    if (a_other != b_other)
        return a_other;
    if (a_genuine != b_genuine)
        return b_genuine ? 2 * of_b >= of_a : 2 * of_a < of_b;
    if (of_a != of_b)
        return of_b > of_a;
    return contradiction(b) < contradiction(a);
}
