#include "classifier/enrol.h"

#include "classifier/enrol_parts.h"
#include "classifier/judge.h"
#include "imaging/codec.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/template_store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PARTS_PER_SIDE (TEMPLATE_ELEMENTS_MAX / SIDE_COUNT)
#define PRINT_DPI_USED(dpi) ((dpi) < PRINT_DPI_MAX ? (dpi) : PRINT_DPI_MAX)

/* Values of one check on one element over the samples. */
struct series {
    double value[ENROL_MAX_SAMPLES];
    int n;
};

struct enrolment {
    const char *name;
    struct sample sample[ENROL_MAX_SAMPLES];
    int n_samples, n_used;
    struct ocr *ocr;
    double size_mm[2];
    struct shared_part part[TEMPLATE_ELEMENTS_MAX];
    struct element_crops element[TEMPLATE_ELEMENTS_MAX];
    int n_elements;
    struct series series[TEMPLATE_ELEMENTS_MAX + 1][TEMPLATE_STATS_MAX]; /* [0] is the sheet */
    int missing[TEMPLATE_ELEMENTS_MAX]; /* samples in which the element is absent */
    struct template_data data;
};

static void leave_out(struct sample *sample, const char *why)
{
    sample->used = false;
    snprintf(sample->why_not, sizeof sample->why_not, "%.255s", why);
}

static void keep_reductions_only(struct scan *scan, struct image raw[SIDE_COUNT])
{
    for (int s = 0; s < SIDE_COUNT; s++) {
        scan->side[s].raw = NULL;
        image_finish(&raw[s]);
    }
}

static const char *first_problem(const struct enrolment *e)
{
    for (int i = 0; i < e->n_samples; i++)
        if (e->sample[i].why_not[0])
            return e->sample[i].why_not;
    return "";
}

/* Refuses a file that was given twice. */
static bool note_scan(struct enrolment *e, const struct enrol_sample *files, struct err *err)
{
    const char *front = files->path[SIDE_FRONT];
    return template_note_scan(&e->data, files->id, front ? front : files->path[SIDE_BACK], err);
}

static bool read_samples(struct enrolment *e, const struct enrol_sample *files, int n,
                         struct err *err)
{
    for (int i = 0; i < n; i++) {
        struct sample *sample = &e->sample[i];
        struct image raw[SIDE_COUNT];
        struct err reason;
        sample->files = &files[i];
        e->n_samples = i + 1;
        if (!note_scan(e, &files[i], &reason) ||
            !sample_load(sample, raw, &sample->scan, &reason)) {
            leave_out(sample, reason.text);
            continue;
        }
        sample->used = true;
        sample->dpi = sample->scan.side[SIDE_FRONT].dpi;
        keep_reductions_only(&sample->scan, raw);
        e->n_used++;
    }
    if (e->n_used < ENROL_MIN_SAMPLES)
        return err_set(err,
                       "%d of %d samples can be read, at least %d are needed; scan more genuine "
                       "envelopes%s%.200s",
                       e->n_used, n, ENROL_MIN_SAMPLES, e->n_used < n ? "; first problem: " : "",
                       first_problem(e));
    return true;
}

static int count_used(const struct enrolment *e)
{
    int n = 0;
    for (int i = 0; i < e->n_samples; i++)
        n += e->sample[i].used;
    return n;
}

static bool align_samples(struct enrolment *e, struct err *err)
{
    if (!enrol_align(e->sample, e->n_samples, e->size_mm, err))
        return false;
    e->n_used = count_used(e);
    if (e->n_used < ENROL_MIN_SAMPLES)
        return err_set(err,
                       "only %d samples agree with each other, at least %d are needed; check that "
                       "all are genuine envelopes of one design",
                       e->n_used, ENROL_MIN_SAMPLES);
    return true;
}

/* Turns the template's frame, in which side s is described, by `turn`. */
static void turn_frame(struct enrolment *e, enum side_name side, int turn, const double fed_mm[2])
{
    struct affine to_fed = turn_to_page(turn, fed_mm);
    for (int i = 0; i < e->n_samples; i++)
        e->sample[i].page[side] = affine_multiply(&e->sample[i].page[side], &to_fed);
}

/* Makes the template read upright: the front decides which side is long, the back follows. */
static bool turn_upright(struct enrolment *e, struct err *err)
{
    double fed_mm[2] = {e->size_mm[0], e->size_mm[1]};
    bool across = false;
    for (int s = 0; s < SIDE_COUNT; s++) {
        struct image page = {0};
        struct shared_part part[PARTS_PER_SIDE];
        int n = 0, turn = 0;
        if (!enrol_find_parts(e->sample, e->n_samples, (enum side_name)s, fed_mm, part,
                              PARTS_PER_SIDE, &n, &page, err))
            return false;
        bool ok = !page.data || n == 0 || enrol_upright(&page, e->ocr, &turn, err);
        image_finish(&page);
        if (!ok)
            return false;
        if (s == SIDE_FRONT)
            across = turn == 90 || turn == 270;
        else if (across != (turn == 90 || turn == 270))
            turn = across ? 90 : 0; /* both sides of one paper lie the same way */
        turn_frame(e, (enum side_name)s, turn, fed_mm);
    }
    turned_size(across ? 90 : 0, fed_mm, e->size_mm);
    return true;
}

static bool find_elements(struct enrolment *e, struct err *err)
{
    int n = 0;
    for (int s = 0; s < SIDE_COUNT; s++) {
        struct image page = {0};
        int found = 0;
        if (!enrol_find_parts(e->sample, e->n_samples, (enum side_name)s, e->size_mm, e->part + n,
                              PARTS_PER_SIDE, &found, &page, err))
            return false;
        image_finish(&page);
        n += found;
    }
    e->n_elements = n;
    return n > 0 || err_set(err, "the samples share no print; give scans of the firm's own printed "
                                 "envelopes, all of one design");
}

/* A sample without a single recognised element is another design, or no envelope of the firm's. */
static void drop_strangers(struct enrolment *e)
{
    for (int i = 0; i < e->n_samples; i++)
        if (e->sample[i].used && e->sample[i].found == 0)
            leave_out(&e->sample[i], "shows none of the elements that the others share");
}

static bool enough_are_left(const struct enrolment *e, struct err *err)
{
    return count_used(e) >= ENROL_MIN_SAMPLES ||
           err_set(
               err,
               "only %d samples show the elements that they share, at least %d are needed; check "
               "that all are genuine envelopes of one design",
               count_used(e), ENROL_MIN_SAMPLES);
}

/* Closes a gap in the list; the crops have one owner at any time. */
static void keep_element(struct enrolment *e, int from, int to)
{
    struct element_crops element = e->element[from];
    e->element[from] = (struct element_crops){0};
    e->element[to] = element;
}

static bool cut_elements(struct enrolment *e, struct err *err)
{
    double dpi[ENROL_MAX_SAMPLES], lowest = 0;
    for (int i = 0, n = 0; i < e->n_samples; i++)
        if (e->sample[i].used) {
            dpi[n] = e->sample[i].dpi;
            lowest = n == 0 || dpi[n] < lowest ? dpi[n] : lowest;
            n++;
        }
    e->data.dpi = PRINT_DPI_USED(lowest);
    if (!enrol_cut(e->sample, e->n_samples, e->part, e->n_elements, e->size_mm, e->data.dpi,
                   e->element, err))
        return false;
    drop_strangers(e);
    /* A part that fewer than half of the samples show clearly was a coincidence after all. */
    int kept = 0;
    for (int i = 0; i < e->n_elements; i++) {
        if (2 * e->element[i].data.n_seen < count_used(e) || e->element[i].n < 3) {
            element_crops_finish(&e->element[i]);
            continue;
        }
        keep_element(e, i, kept++);
    }
    e->n_elements = kept;
    if (!enough_are_left(e, err))
        return false;
    return kept > 0 || err_set(err, "no printed element could be recognised in most samples; scan "
                                    "at 300 dpi or more and check that all are one design");
}

static bool take_value(void *ctx, const struct check *check, int i, const struct check_value *value,
                       struct err *err)
{
    (void)err;
    struct enrolment *e = ctx;
    if (check == &check_presence && value->outcome == OUTCOME_ABSENT)
        e->missing[i]++;
    if (value->outcome != OUTCOME_MEASURED)
        return true;
    for (int k = 0; k < n_checks && k < TEMPLATE_STATS_MAX; k++)
        if (checks[k] == check) {
            struct series *series = &e->series[i + 1][k];
            series->value[series->n++] = value->value;
        }
    return true;
}

/* One sample, screened like any sheet by the template that the others make. */
static bool measure_sample(struct enrolment *e, int i, struct err *err)
{
    struct model *model = NULL;
    struct image raw[SIDE_COUNT];
    struct scan scan;
    if (!enrol_model(e->element, e->n_elements, e->size_mm, i, &model, err))
        return false;
    memcpy(model->data.paper_lab, e->data.paper_lab, sizeof model->data.paper_lab);
    if (!sample_load(&e->sample[i], raw, &scan, err)) {
        model_destroy(model);
        return false;
    }
    struct measured *measured = malloc(sizeof *measured);
    struct side_patches patches[SIDE_COUNT];
    struct placement place;
    bool found = false, ok = measured || err_set(err, "out of memory while enrolling");
    ok = ok && match_scan(&scan, &model, 1, &place, &found, err);
    if (ok && found) {
        ok = scan_patches(&scan, patches, err) &&
             measure_sheet(&scan, &place, patches, e->ocr, measured, err);
        if (ok) {
            ok = run_checks(&measured->view, take_value, e, err);
            measure_finish(measured);
        }
    } else if (ok) {
        leave_out(&e->sample[i], "is not recognised by the template that the others make");
    }
    free(measured);
    scan_finish(&scan);
    for (int s = 0; s < SIDE_COUNT; s++)
        image_finish(&raw[s]);
    model_destroy(model);
    return ok;
}

static bool paper_of_samples(struct enrolment *e, struct err *err)
{
    int n = 0;
    double sum[3] = {0, 0, 0}, square[3] = {0, 0, 0};
    for (int i = 0; i < e->n_samples; i++) {
        const struct sample *sample = &e->sample[i];
        enum side_name on = sample_scan_side(sample, SIDE_FRONT);
        if (!sample->used || !sample->has[SIDE_FRONT])
            continue;
        double lab[3];
        if (!lab_of(sample->scan.side[on].paper_rgb, lab, err))
            return false;
        for (int c = 0; c < 3; c++) {
            sum[c] += lab[c];
            square[c] += lab[c] * lab[c];
        }
        n++;
    }
    for (int c = 0; c < 3 && n > 0; c++) {
        e->data.paper_lab[c] = sum[c] / n;
        e->data.paper_lab_sd[c] = sqrt(fmax(0, square[c] / n - pow(sum[c] / n, 2)));
    }
    return true;
}

static bool learn_spread(struct enrolment *e, struct err *err)
{
    if (!paper_of_samples(e, err))
        return false;
    for (int i = 0; i < e->n_samples; i++)
        if (e->sample[i].used && !measure_sample(e, i, err))
            return false;
    for (int k = 0; k < n_checks && k < TEMPLATE_STATS_MAX; k++)
        for (int i = -1; i < e->n_elements; i++) {
            const struct series *series = &e->series[i + 1][k];
            if (!series->n)
                continue;
            struct template_data *data = &e->data;
            struct template_element *element = i < 0 ? NULL : &e->element[i].data;
            judge_learn(checks[k], series->value, series->n,
                        element ? &element->stat[element->n_stats++]
                                : &data->stat[data->n_stats++]);
        }
    return true;
}

/* An element that some genuine samples lack on bare paper is no mark of genuineness. */
static void drop_optional(struct enrolment *e, struct buf *report)
{
    int kept = 0;
    for (int i = 0; i < e->n_elements; i++) {
        if (e->missing[i]) {
            buf_printf(report, "  left out: %s, absent on %d of the samples\n",
                       e->element[i].data.name, e->missing[i]);
            element_crops_finish(&e->element[i]);
            continue;
        }
        keep_element(e, i, kept++);
    }
    e->n_elements = kept;
}

static bool write_element(struct enrolment *e, int i, const char *dir, struct err *err)
{
    struct template_element *data = &e->element[i].data;
    struct image picture = {0}, mask = {0};
    char path[PATH_SIZE];
    char name[sizeof data->name];
    memcpy(name, data->name, sizeof name);
    snprintf(data->picture, sizeof data->picture, "%s.png", name);
    snprintf(data->mask, sizeof data->mask, "%s_mask.png", name);
    bool ok = enrol_median(&e->element[i], -1, &picture, &mask, err) &&
              path_join(path, dir, data->picture, err);
    mask.dpi_x = mask.dpi_y = data->dpi;
    ok = ok && image_save_png_small(path, &picture, err) && path_join(path, dir, data->mask, err) &&
         image_save_png_small(path, &mask, err);
    image_finish(&picture);
    image_finish(&mask);
    e->data.element[i] = *data;
    return ok;
}

static bool note_used_scans(struct enrolment *e, struct err *err)
{
    e->data.n_scans = 0;
    for (int i = 0; i < e->n_samples; i++)
        if (e->sample[i].used && !note_scan(e, e->sample[i].files, err))
            return false;
    return true;
}

/* The version before stays in the folder; a failure leaves all as it was. */
static bool write_template(struct enrolment *e, const char *out_dir, struct err *err)
{
    struct template_work work;
    char change[64];
    snprintf(e->data.name, sizeof e->data.name, "%s", e->name);
    memcpy(e->data.size_mm, e->size_mm, sizeof e->data.size_mm);
    e->data.n_samples = count_used(e);
    e->data.n_elements = e->n_elements;
    snprintf(change, sizeof change, "enrolled from %d envelopes", e->data.n_samples);
    if (!note_used_scans(e, err) || !template_begin(out_dir, &work, err))
        return false;
    bool ok = true;
    for (int i = 0; ok && i < e->n_elements; i++)
        ok = write_element(e, i, work.part, err);
    if (ok)
        return template_commit(&work, NULL, &e->data, change, err);
    template_abandon(&work);
    return false;
}

static void report_stat(const struct template_stat *stat, struct buf *report)
{
    const struct check *check = check_find(stat->check);
    double middle = check && check->log_scale ? exp(stat->mean) : stat->mean;
    buf_printf(report, "      %-16s %9.3g %-6s (%.3g to %.3g, %d samples)\n", stat->check, middle,
               stat->unit, stat->lo, stat->hi, stat->n);
}

static void report_learnt(const struct enrolment *e, struct buf *report)
{
    for (int i = 0; i < e->n_samples; i++)
        if (!e->sample[i].used)
            buf_printf(report, "  not used: %s: %s\n", e->sample[i].files->id,
                       e->sample[i].why_not);
    buf_printf(report, "  %d samples, envelope %.1f x %.1f mm, learnt at %.0f dpi\n",
               e->data.n_samples, e->size_mm[0], e->size_mm[1], e->data.dpi);
    for (int i = 0; i < e->n_elements; i++) {
        const struct template_element *data = &e->element[i].data;
        buf_printf(report, "  %s (%s), %.1f x %.1f mm at %.1f, %.1f; clear in %d samples",
                   data->name, side_names[data->side], data->box_mm[2], data->box_mm[3],
                   data->box_mm[0], data->box_mm[1], data->n_seen);
        buf_puts(report, data->text[0] ? ": \"" : "\n");
        for (const char *p = data->text; *p; p++)
            buf_putc(report, (unsigned char)*p < 0x20 ? '/' : *p);
        buf_puts(report, data->text[0] ? "\"\n" : "");
        for (int k = 0; k < data->n_stats; k++)
            report_stat(&data->stat[k], report);
    }
    for (int k = 0; k < e->data.n_stats; k++)
        report_stat(&e->data.stat[k], report);
    if (e->data.n_samples < 20)
        buf_printf(report,
                   "  advice: %d samples carry little; enrol 20 from 3 print runs when you "
                   "have them\n",
                   e->data.n_samples);
}

static void enrolment_free(struct enrolment *e)
{
    for (int i = 0; i < e->n_samples; i++)
        scan_finish(&e->sample[i].scan);
    for (int i = 0; i < TEMPLATE_ELEMENTS_MAX; i++)
        element_crops_finish(&e->element[i]);
    ocr_destroy(e->ocr);
    free(e);
}

bool enrol_learn(const char *name, const struct enrol_sample *sample, int n_samples,
                 const char *out_dir, const char *data_dir, struct buf *report, struct err *err)
{
    (void)data_dir; /* postcodes by country, once senders abroad are learnt */
    if (!name_is_safe(name) || strlen(name) >= sizeof((struct template_data *)0)->name)
        return err_set(err, "the name of a template may hold letters, digits, '.', '_' and '-'");
    if (n_samples < ENROL_MIN_SAMPLES || n_samples > ENROL_MAX_SAMPLES)
        return err_set(err, "%d samples are given; enrolment needs %d to %d genuine envelopes",
                       n_samples, ENROL_MIN_SAMPLES, ENROL_MAX_SAMPLES);
    struct enrolment *e = calloc(1, sizeof *e);
    if (!e)
        return err_set(err, "out of memory while enrolling");
    e->name = name;
    bool ok = cv_init(err) && ocr_create(&e->ocr, err) && read_samples(e, sample, n_samples, err) &&
              align_samples(e, err) && turn_upright(e, err) && find_elements(e, err) &&
              cut_elements(e, err) && enrol_name(e->element, e->n_elements, e->ocr, err) &&
              learn_spread(e, err) && enough_are_left(e, err);
    if (ok) {
        drop_optional(e, report);
        ok = e->n_elements > 0 || err_set(err, "no element stands on all genuine samples");
    }
    ok = ok && write_template(e, out_dir, err);
    if (ok)
        report_learnt(e, report);
    enrolment_free(e);
    return ok && buf_ok(report, err);
}
