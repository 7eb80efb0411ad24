#include "classifier/screen.h"

#include "classifier/claim.h"
#include "classifier/code_meaning.h"
#include "classifier/crops.h"
#include "classifier/judge.h"
#include "classifier/measure.h"
#include "classifier/verdict.h"
#include "imaging/codec.h"
#include "imaging/codes.h"
#include "schemas/base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODELS_MAX 32
#define RETURN_DEADLINE_MS 4000 /* for all text of both sides */
#define CODES_DEADLINE_MS 120   /* a side; Data Matrix search is what takes time */
#define PHRASES_FILE "return_phrases.tsv"

struct screener {
    int n_models;
    struct model *model[MODELS_MAX];
    struct phrases *phrases;
    struct ocr *ocr;
};

/* Loads what every sheet needs once, before the processes fork: language packs in the sets that are
 * asked for most (0.1-0.3 s each), OpenCV's tables for L*a*b* (0.1 s). Other packs load on demand.
 */
static bool warm_up(struct ocr *ocr, struct err *err)
{
    static const char *const sets[] = {"nld+eng", "deu", "deu+fra", "eng"};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (!ocr_warm(ocr, sets[i], err))
            return false;
    struct image pixel = {0};
    struct plane lab[3] = {{0}};
    bool ok = image_create(&pixel, 1, 1, 3, err) && cv_lab(&pixel, lab, err);
    image_finish(&pixel);
    for (int c = 0; c < 3; c++)
        plane_finish(&lab[c]);
    return ok;
}

bool screener_create(const struct screener_options *options, struct screener **ret, struct err *err)
{
    char path[PATH_SIZE];
    if (options->n_templates > MODELS_MAX)
        return err_set(err, "%d templates are given, at most %d are possible", options->n_templates,
                       MODELS_MAX);
    struct screener *screener = calloc(1, sizeof *screener);
    if (!screener)
        return err_set(err, "out of memory while starting");
    bool ok = cv_init(err);
    for (int i = 0; ok && i < options->n_templates; i++) {
        ok = model_load(options->template_dir[i], &screener->model[i], err);
        if (ok)
            screener->n_models++;
    }
    ok = ok && path_join(path, options->data_dir, PHRASES_FILE, err) &&
         phrases_load(path, &screener->phrases, err) && ocr_create(&screener->ocr, err) &&
         warm_up(screener->ocr, err);
    if (!ok) {
        screener_destroy(screener);
        return false;
    }
    *ret = screener;
    return true;
}

void screener_destroy(struct screener *screener)
{
    if (!screener)
        return;
    for (int i = 0; i < screener->n_models; i++)
        model_destroy(screener->model[i]);
    phrases_destroy(screener->phrases);
    ocr_destroy(screener->ocr);
    free(screener);
}

/* Everything that the stages hand on, freed in one place. */
struct sheet_work {
    struct image raw[SIDE_COUNT];
    struct scan scan;
    struct side_patches patches[SIDE_COUNT];
    struct placement place;
    bool matched;
    struct measured measured;
    bool is_measured;
    int turn[SIDE_COUNT]; /* of each scan side */
};

static void work_free(struct sheet_work *work)
{
    if (!work)
        return;
    if (work->is_measured)
        measure_finish(&work->measured);
    scan_finish(&work->scan);
    for (int s = 0; s < SIDE_COUNT; s++)
        image_finish(&work->raw[s]);
    free(work);
}

static bool read_images(const struct screen_input *input, struct sheet_work *work,
                        struct screening *ret, struct err *err)
{
    for (int s = 0; s < SIDE_COUNT; s++)
        if (input->path[s] && !image_load(input->path[s], input->dpi, &work->raw[s], NULL, err))
            return false;
    if (!work->raw[SIDE_FRONT].data)
        return err_set(err, "no image of the front was given");
    ret->dpi = work->raw[SIDE_FRONT].dpi_x;
    return true;
}

static bool prepare_sides(struct sheet_work *work, struct err *err)
{
    return scan_prepare(work->raw, &work->scan, err) &&
           scan_patches(&work->scan, work->patches, err);
}

static bool match_template(const struct screener *screener, struct sheet_work *work,
                           struct err *err)
{
    if (!match_scan(&work->scan, screener->model, screener->n_models, &work->place, &work->matched,
                    err))
        return false;
    return work->matched || claim_by_text(&work->scan, screener->model, screener->n_models,
                                          screener->ocr, &work->place, &work->matched, err);
}

/* Which way up each side of the scan lies, as far as the template says. */
static void set_turns(struct sheet_work *work, struct screening *ret)
{
    work->turn[SIDE_FRONT] = work->turn[SIDE_BACK] = 0;
    if (!work->matched)
        return;
    for (int s = 0; s < SIDE_COUNT; s++)
        if (work->place.has[s]) {
            work->turn[work->place.scan_side[s]] = work->place.turn[s];
            if (!work->place.has[1 - s]) /* turned over about the feeder's direction */
                work->turn[1 - work->place.scan_side[s]] = (360 - work->place.turn[s]) % 360;
        }
    ret->orientation = work->turn[SIDE_FRONT];
    ret->sides_swapped = work->place.scan_side[SIDE_FRONT] == SIDE_BACK;
}

static bool take_reading(void *ctx, const struct check *check, int i,
                         const struct check_value *value, struct err *err)
{
    (void)err;
    struct screening *screening = ((void **)ctx)[0];
    const struct sheet_work *work = ((void **)ctx)[1];
    const struct model *model = work->place.model;
    const struct template_element *element = i < 0 ? NULL : &model->data.element[i];
    struct reading *reading = screening_add_reading(screening);
    if (!reading)
        return true;
    judge_value(check, element ? element->name : "",
                template_stat_find(&model->data, element, check->name), value, reading);
    if (element) {
        const struct located *located = &work->measured.located[i];
        double fed[4];
        reading->side = located->scan_side;
        located_box(located, fed);
        box_upright(&work->scan.side[located->scan_side], work->turn[located->scan_side], fed,
                    reading->box_mm);
        reading->has_box = located->state != ELEMENT_NOT_SCANNED;
    }
    return true;
}

static bool check_elements(const struct screener *screener, struct sheet_work *work,
                           struct screening *ret, struct err *err)
{
    if (!work->matched)
        return true;
    const struct template_data *data = &work->place.model->data;
    if (!measure_sheet(&work->scan, &work->place, work->patches, screener->ocr, &work->measured,
                       err))
        return false;
    work->is_measured = true;
    snprintf(ret->template_name, sizeof ret->template_name, "%s", data->name);
    snprintf(ret->template_version, sizeof ret->template_version, "%s", data->version);
    for (int i = 0; i < data->n_elements; i++) /* front or flap: what says more */
        if (strlen(work->measured.sender_text[i]) > strlen(ret->text_sender))
            snprintf(ret->text_sender, sizeof ret->text_sender, "%s",
                     work->measured.sender_text[i]);
    void *ctx[2] = {ret, work};
    return run_checks(&work->measured.view, take_reading, ctx, err);
}

/* What is on the sheet and is the template's own must not be read as a label. */
static int explained_places(const struct sheet_work *work, struct return_ignore *ret)
{
    int n = 0;
    for (int i = 0; work->matched && work->is_measured && i < work->place.model->data.n_elements;
         i++) {
        const struct located *located = &work->measured.located[i];
        if (located->state != ELEMENT_FOUND && located->state != ELEMENT_ALTERED)
            continue;
        ret[n].side = located->scan_side;
        located_box(located, ret[n].box_mm);
        n++;
    }
    return n;
}

static bool read_return(const struct screener *screener, const struct sheet_work *work,
                        struct screening *ret, struct err *err)
{
    struct return_side sides[SIDE_COUNT] = {{NULL}};
    struct return_ignore ignore[TEMPLATE_ELEMENTS_MAX];
    for (int s = 0; s < SIDE_COUNT; s++)
        if (work->scan.has[s])
            sides[s] = (struct return_side){.side = &work->scan.side[s],
                                            .patches = &work->patches[s],
                                            .turn = work->matched ? work->turn[s] : -1};
    if (!return_read(sides, ignore, explained_places(work, ignore), screener->ocr,
                     screener->phrases, RETURN_DEADLINE_MS, &ret->returned, err))
        return false;
    snprintf(ret->text_return, sizeof ret->text_return, "%s", ret->returned.text);
    return true;
}

static bool read_codes(const struct sheet_work *work, struct screening *ret, struct err *err)
{
    for (int s = 0; s < SIDE_COUNT; s++) {
        struct code_found found[SCREENING_CODES_MAX];
        int n = 0;
        if (!work->scan.has[s])
            continue;
        if (!codes_read(&work->scan.side[s].reduced, CODES_DEADLINE_MS, found,
                        SCREENING_CODES_MAX - ret->n_codes, &n, err))
            return false;
        for (int i = 0; i < n; i++) {
            struct screening_code *code = &ret->code[ret->n_codes++];
            snprintf(code->symbology, sizeof code->symbology, "%.23s", found[i].symbology);
            snprintf(code->text, sizeof code->text, "%.255s", found[i].text);
            code->side = (enum side_name)s;
            double fed[4];
            for (int k = 0; k < 4; k++)
                fed[k] = found[i].box_px[k] * 25.4 / SIDE_REDUCED_DPI;
            box_upright(&work->scan.side[s], work->turn[s], fed, code->box_mm);
            code_explain(code);
        }
    }
    return true;
}

/* Print technology as words only: a likelihood ratio needs an enrolment that carries one, and
 * tracking dots a detector; until then both say so. */
static void state_limits(const struct sheet_work *work, struct screening *ret)
{
    snprintf(ret->technology.estimate, sizeof ret->technology.estimate, "unknown");
    snprintf(ret->dots.status, sizeof ret->dots.status, "not_testable");
    snprintf(ret->dots.note, sizeof ret->dots.note, "this version has no detector for them");
    const double *size = work->scan.side[SIDE_FRONT].size_mm;
    turned_size(work->turn[SIDE_FRONT], size, ret->size_mm);
}

static bool write_pictures(const struct sheet_work *work, const char *sheet_dir,
                           struct screening *ret, struct err *err)
{
    char dir[PATH_SIZE];
    return path_join(dir, sheet_dir, CROPS_DIR, err) && dir_make(dir, err) &&
           crops_previews(&work->scan, work->turn, sheet_dir, ret, err) &&
           (!work->is_measured || ret->verdict == VERDICT_OTHER ||
            crops_elements(&work->measured, sheet_dir, ret, err)) &&
           crops_return(&work->scan, work->turn, sheet_dir, ret, err);
}

/* Boxes leave this room on the upright page. */
static void return_box_upright(const struct sheet_work *work, struct screening_return *returned)
{
    double fed[4];
    if (!returned->has_box)
        return;
    memcpy(fed, returned->box_mm, sizeof fed);
    box_upright(&work->scan.side[returned->side], work->turn[returned->side], fed,
                returned->box_mm);
}

static double lap(double *since)
{
    double now = clock_mono_s(), spent = now - *since;
    *since = now;
    return spent;
}

/* Other mail has nothing of the firm's on it: what a rejected placement measured means nothing, and
 * its turn must not guide the reading of labels. */
static void decide(struct sheet_work *work, struct screening *ret)
{
    verdict_decide(ret);
    if (ret->verdict != VERDICT_OTHER)
        return;
    work->matched = false;
    work->turn[SIDE_FRONT] = work->turn[SIDE_BACK] = 0;
    ret->orientation = 0;
    ret->sides_swapped = false;
    ret->n_readings = 0;
    ret->template_name[0] = ret->template_version[0] = ret->text_sender[0] = '\0';
}

static bool run_stages(const struct screener *screener, const struct screen_input *input,
                       struct sheet_work *work, struct screening *ret, struct err *err)
{
    double since = clock_mono_s();
    if (!read_images(input, work, ret, err))
        return false;
    screening_add_seconds(ret, "load", lap(&since));
    if (!prepare_sides(work, err))
        return false;
    screening_add_seconds(ret, "prepare", lap(&since));
    if (!match_template(screener, work, err))
        return false;
    set_turns(work, ret);
    screening_add_seconds(ret, "match", lap(&since));
    if (!check_elements(screener, work, ret, err))
        return false;
    decide(work, ret);
    screening_add_seconds(ret, "check", lap(&since));
    if (!read_return(screener, work, ret, err))
        return false;
    screening_add_seconds(ret, "return", lap(&since));
    if (!read_codes(work, ret, err))
        return false;
    screening_add_seconds(ret, "codes", lap(&since));
    state_limits(work, ret);
    if (input->out_dir && !write_pictures(work, input->out_dir, ret, err))
        return false;
    return_box_upright(work, &ret->returned);
    screening_add_seconds(ret, "write", lap(&since));
    return true;
}

bool screen_files(struct screener *screener, const struct screen_input *input,
                  struct screening *ret, struct err *err)
{
    struct err reason = {""};
    struct sheet_work *work = calloc(1, sizeof *work);
    memset(ret, 0, sizeof *ret);
    snprintf(ret->id, sizeof ret->id, "%s", input->id);
    snprintf(ret->version, sizeof ret->version, "%s", POSTWACHT_VERSION);
    snprintf(ret->opencv, sizeof ret->opencv, "%s", cv_version());
    snprintf(ret->tesseract, sizeof ret->tesseract, "%s", ocr_version());
    bool ok = work || err_set(&reason, "out of memory");
    ok = ok && run_stages(screener, input, work, ret, &reason);
    work_free(work);
    if (!ok) {
        snprintf(ret->error, sizeof ret->error, "%s", reason.text);
        err_set(err, "%s", reason.text);
    }
    return ok;
}
