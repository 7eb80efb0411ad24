#include "classifier/enrol.h"

#include "classifier/enrol_design.h"
#include "imaging/ocr.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/template_store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DESIGNS_MAX 8 /* of one firm in one pile */
#define SAME_FORMAT_MM                                                                             \
    8.0 /* outlines are good to 1 mm; formats differ by more in one direction                      \
         */
#define TEMPLATE_SUFFIX ".template"

/* All samples that were given, sorted into designs: 0 is the one with most samples. */
struct pile {
    const struct enrol_request *request;
    struct sample *sample;
    int n;
    int n_designs;
    int size[DESIGNS_MAX]; /* samples of each */
    struct ocr *ocr[PARALLEL_WORKERS_MAX];
};

static bool pile_create(const struct enrol_request *request, struct pile **ret, struct err *err)
{
    int n = request->n_samples;
    struct pile *pile = calloc(1, sizeof *pile);
    struct sample *sample = calloc((size_t)n, sizeof *sample);
    if (!pile || !sample) {
        free(pile);
        free(sample);
        return err_set(err, "out of memory while enrolling");
    }
    *pile = (struct pile){.request = request, .sample = sample, .n = n};
    for (int i = 0; i < n; i++) {
        sample[i].files = &request->sample[i];
        sample[i].design = -1;
    }
    *ret = pile;
    return true;
}

static void pile_destroy(struct pile *pile)
{
    if (!pile)
        return;
    samples_finish(pile->sample, pile->n);
    free(pile->sample);
    for (int w = 0; w < PARALLEL_WORKERS_MAX; w++)
        ocr_destroy(pile->ocr[w]);
    free(pile);
}

static bool start_engines(struct pile *pile, struct err *err)
{
    bool ok = cv_init(err);
    for (int w = 0; ok && w < parallel_workers(); w++)
        ok = ocr_create(&pile->ocr[w], err);
    return ok;
}

/* A file that was given twice counts once. */
static bool refuse_twins(struct pile *pile, struct err *err)
{
    struct template_data *seen = calloc(1, sizeof *seen);
    if (!seen)
        return err_set(err, "out of memory while enrolling");
    for (int i = 0; i < pile->n; i++) {
        const struct enrol_sample *files = pile->sample[i].files;
        const char *path =
            files->path[SIDE_FRONT] ? files->path[SIDE_FRONT] : files->path[SIDE_BACK];
        struct err reason;
        if (!template_note_scan(seen, files->id, path, &reason))
            sample_leave_out(&pile->sample[i], reason.text);
    }
    free(seen);
    return true;
}

static const char *first_problem(const struct pile *pile)
{
    for (int i = 0; i < pile->n; i++)
        if (pile->sample[i].why_not[0])
            return pile->sample[i].why_not;
    return "";
}

static bool read_samples(struct pile *pile, struct err *err)
{
    if (!refuse_twins(pile, err) || !samples_read(pile->sample, pile->n, err))
        return false;
    int used = samples_used(pile->sample, pile->n);
    if (used >= ENROL_MIN_SAMPLES)
        return true;
    return err_set(err,
                   "%d of %d samples can be read, at least %d are needed; scan more genuine "
                   "envelopes%s%.200s",
                   used, pile->n, ENROL_MIN_SAMPLES, used < pile->n ? "; first problem: " : "",
                   first_problem(pile));
}

/* The largest design first. */
static void rank_designs(struct pile *pile)
{
    for (int a = 0; a < pile->n_designs; a++)
        for (int b = a + 1; b < pile->n_designs; b++) {
            if (pile->size[b] <= pile->size[a])
                continue;
            int size = pile->size[a];
            pile->size[a] = pile->size[b];
            pile->size[b] = size;
            for (int i = 0; i < pile->n; i++) {
                int *design = &pile->sample[i].design;
                *design = *design == a ? b : *design == b ? a : *design;
            }
        }
}

/* Sorts the pile: those that share print with one reference are of one design, the others are
 * compared among themselves. */
static bool sort_designs(struct pile *pile, struct err *err)
{
    int left = samples_used(pile->sample, pile->n);
    bool *readable = calloc((size_t)pile->n, sizeof *readable);
    bool ok = readable || err_set(err, "out of memory while enrolling");
    for (int i = 0; ok && i < pile->n; i++)
        readable[i] = pile->sample[i].used;
    while (ok && left > 0 && pile->n_designs < DESIGNS_MAX) {
        double size_mm[2];
        ok = enrol_align(pile->sample, pile->n, size_mm, err);
        for (int i = 0; ok && i < pile->n; i++) {
            struct sample *sample = &pile->sample[i];
            if (sample->used) {
                sample->design = pile->n_designs;
                sample->why_not[0] = '\0';
                pile->size[pile->n_designs]++;
                left--;
            }
            sample->used = readable[i] && sample->design < 0;
        }
        pile->n_designs++;
    }
    free(readable);
    if (ok)
        rank_designs(pile);
    return ok;
}

static const double *paper_of(const struct sample *sample)
{
    return sample->scan.side[sample->scan.has[SIDE_FRONT] ? SIDE_FRONT : SIDE_BACK].size_mm;
}

/* In either direction: a sheet may be fed lying or standing. */
static bool same_format(const double a[2], const double b[2])
{
    return fabs(fmax(a[0], a[1]) - fmax(b[0], b[1])) <= SAME_FORMAT_MM &&
           fabs(fmin(a[0], a[1]) - fmin(b[0], b[1])) <= SAME_FORMAT_MM;
}

/* Says of every sample of a design with too few of them why it is not learnt from. */
static void explain_small(struct pile *pile)
{
    const double *common = NULL;
    for (int i = 0; i < pile->n && !common; i++)
        if (pile->sample[i].design == 0)
            common = paper_of(&pile->sample[i]);
    for (int i = 0; i < pile->n; i++) {
        struct sample *sample = &pile->sample[i];
        int design = sample->design, alike = design < 0 ? 1 : pile->size[design];
        char why[sizeof sample->why_not] =
            "shares no print with the others, or hardly any can be seen";
        if (!sample->dpi || alike >= ENROL_MIN_SAMPLES)
            continue; /* could not be read, or is learnt from */
        const double *paper = paper_of(sample);
        if (common && !same_format(paper, common))
            snprintf(why, sizeof why,
                     "has another format (%.0f x %.0f mm), of which there %s only %d: give at "
                     "least %d",
                     paper[0], paper[1], alike == 1 ? "is" : "are", alike, ENROL_MIN_SAMPLES);
        else if (alike > 1)
            snprintf(why, sizeof why,
                     "belongs to another design, of which there are only %d: give at least %d",
                     alike, ENROL_MIN_SAMPLES);
        sample_leave_out(sample, why);
    }
}

/* NAME.template, NAME-2.template, ... */
static bool design_place(const char *name, const char *out_dir, int design, char ret_name[64],
                         char ret_dir[PATH_SIZE], struct err *err)
{
    char number[16] = "";
    size_t stem = strlen(out_dir), suffix = strlen(TEMPLATE_SUFFIX);
    while (stem > 1 && out_dir[stem - 1] == '/')
        stem--;
    bool named = stem > suffix && strncmp(out_dir + stem - suffix, TEMPLATE_SUFFIX, suffix) == 0;
    if (design > 0)
        snprintf(number, sizeof number, "-%d", design + 1);
    int n = snprintf(ret_name, 64, "%s%s", name, number);
    int m = snprintf(ret_dir, PATH_SIZE, "%.*s%s%s", (int)(named ? stem - suffix : stem), out_dir,
                     number, named ? TEMPLATE_SUFFIX : "");
    return (n < 64 && m < PATH_SIZE) ||
           err_set(err, "the name or path of the template is too long");
}

static bool learn_design(struct pile *pile, int number, const char *name, const char *out_dir,
                         struct buf *report, struct err *err)
{
    struct design *design = NULL;
    for (int i = 0; i < pile->n; i++)
        pile->sample[i].used = pile->sample[i].design == number;
    bool ok = design_create(name, pile->sample, pile->n, pile->ocr, &design, err);
    if (ok && number == 0) {
        design->marked = pile->request->part;
        design->n_marked = pile->request->n_parts;
    }
    ok = ok && design_learn(design, report, err) && design_write(design, out_dir, err);
    if (ok)
        design_report(design, report);
    for (int i = 0; i < pile->n; i++)
        if (pile->sample[i].design == number && !pile->sample[i].used)
            buf_printf(report, "  not used: %s: %s\n", pile->sample[i].files->id,
                       pile->sample[i].why_not);
    design_destroy(design);
    return ok;
}

/* The first design must be learnt; what is wrong with a further one is told. */
static bool learn_designs(struct pile *pile, struct buf *report, struct err *err)
{
    const struct enrol_request *request = pile->request;
    explain_small(pile);
    for (int i = 0; i < pile->n; i++)
        if (pile->sample[i].why_not[0] && !pile->sample[i].used)
            buf_printf(report, "  not used: %s: %s\n", pile->sample[i].files->id,
                       pile->sample[i].why_not);
    for (int d = 0; d < pile->n_designs; d++) {
        char name[64], dir[PATH_SIZE];
        struct err reason;
        if (d > 0 && pile->size[d] < ENROL_MIN_SAMPLES)
            break;
        if (!design_place(request->name, request->out_dir, d, name, dir, err))
            return false;
        if (d > 0)
            buf_printf(report, "  another design: %s\n", name);
        if (learn_design(pile, d, name, dir, report, &reason))
            continue;
        if (d == 0)
            return err_set(err, "%s", reason.text);
        buf_printf(report, "  not learnt: %s: %s\n", name, reason.text);
    }
    return true;
}

static bool check_request(const struct enrol_request *request, struct err *err)
{
    int n = request->n_samples;
    if (!name_is_safe(request->name) ||
        strlen(request->name) >= sizeof((struct template_data *)0)->name)
        return err_set(err, "the name of a template may hold letters, digits, '.', '_' and '-'");
    if (n < ENROL_MIN_SAMPLES || n > ENROL_MAX_SAMPLES)
        return err_set(err, "%d samples are given; enrolment needs %d to %d genuine envelopes", n,
                       ENROL_MIN_SAMPLES, ENROL_MAX_SAMPLES);
    if (request->n_parts > ENROL_PARTS_MAX)
        return err_set(err, "%d parts are marked, at most %d can be", request->n_parts,
                       ENROL_PARTS_MAX);
    for (int k = 0; k < request->n_parts; k++)
        if (!template_is_kind(request->part[k].kind))
            return err_set(err, "'%s' is no kind of part: logo, sender, slogan or mark",
                           request->part[k].kind);
    return true;
}

bool enrol_learn(const struct enrol_request *request, struct buf *report, struct err *err)
{
    struct pile *pile = NULL;
    bool ok = check_request(request, err) && pile_create(request, &pile, err) &&
              start_engines(pile, err) && read_samples(pile, err) && sort_designs(pile, err) &&
              learn_designs(pile, report, err);
    pile_destroy(pile);
    return ok && buf_ok(report, err);
}
