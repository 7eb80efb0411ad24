#include "classifier/screen.h"

#include "classifier/attempt.h"
#include "classifier/claim.h"
#include "classifier/code_meaning.h"
#include "classifier/correspondents.h"
#include "classifier/crops.h"
#include "classifier/dots_usual.h"
#include "classifier/journey.h"
#include "classifier/page_lay.h"
#include "classifier/pen_strokes.h"
#include "classifier/print_evidence.h"
#include "classifier/technology.h"
#include "classifier/tracking_dots.h"
#include "classifier/verdict.h"
#include "imaging/codec.h"
#include "imaging/codes.h"
#include "schemas/base/file.h"
#include "schemas/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODELS_MAX 32
#define CANDIDATES_MAX 4        /* designs of one firm that look alike at 75 dpi */
#define RETURN_DEADLINE_MS 6000 /* for all text of both sides */
#define CODES_DEADLINE_MS 800   /* a side; Data Matrix search is what takes time */
#define PHRASES_FILE "return_phrases.tsv"

struct screener {
    int n_models;
    struct model *model[MODELS_MAX];
    struct print_evidence evidence[MODELS_MAX]; /* that each template carries */
    struct phrases *phrases;
    struct ocr *ocr;
};

/* Loads what every sheet needs once, before the processes fork: language packs in the sets that are
 * asked for most (0.1-0.3 s each). Other packs load on demand. */
static bool warm_up(struct ocr *ocr, struct err *err)
{
    static const char *const sets[] = {"nld+eng", "deu", "deu+fra", "eng"};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (!ocr_warm(ocr, sets[i], err))
            return false;
    return true;
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
        if (ok) {
            print_evidence_prepare(&screener->model[i]->data.print, &screener->evidence[i]);
            screener->n_models++;
        }
    }
    ok = ok && path_join(path, options->data_dir, PHRASES_FILE, err) &&
         phrases_load(path, options->own_phrases, &screener->phrases, err) &&
         ocr_create(&screener->ocr, err) && warm_up(screener->ocr, err);
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
    struct codec_info how[SIDE_COUNT]; /* the files were made */
    struct scan scan;
    struct side_patches patches[SIDE_COUNT];
    struct placement candidate[CANDIDATES_MAX]; /* most agreement first */
    int n_candidates;
    struct attempt *attempt; /* the template that explains the sheet best; NULL: no claim */
    double print_s;          /* seconds that measuring the print took, in all attempts */
    int turn[SIDE_COUNT];    /* of each scan side */
    struct sheet_texts texts;
    struct tracking_dots dots;
};

static void work_free(struct sheet_work *work)
{
    if (!work)
        return;
    attempt_destroy(work->attempt);
    sheet_texts_finish(&work->texts);
    scan_finish(&work->scan);
    for (int s = 0; s < SIDE_COUNT; s++) {
        side_patches_finish(&work->patches[s]);
        image_finish(&work->raw[s]);
    }
    free(work);
}

static bool read_images(const struct screen_input *input, struct sheet_work *work,
                        struct screening *ret, struct err *err)
{
    for (int s = 0; s < SIDE_COUNT; s++)
        if (input->path[s] &&
            !image_load(input->path[s], input->dpi, &work->raw[s], &work->how[s], err))
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

static bool match_templates(const struct screener *screener, struct sheet_work *work,
                            struct err *err)
{
    return match_candidates(&work->scan, screener->model, screener->n_models, work->candidate,
                            CANDIDATES_MAX, &work->n_candidates, err);
}

/* Measures and judges the sheet by every placement; keeps the one that explains it best. Other mail
 * has nothing of the firm's on it: what a rejected placement measured means nothing then, and its
 * turn must not guide the reading of labels. */
static bool try_placements(const struct screener *screener, const struct placement *place, int n,
                           struct sheet_work *work, struct err *err)
{
    for (int i = 0; i < n; i++) {
        struct attempt *attempt = NULL;
        if (!attempt_make(&work->scan, &place[i], work->patches, screener->ocr, &attempt, err))
            return false;
        work->print_s += attempt->measured.print_s;
        bool better = attempt->screening->verdict != VERDICT_OTHER &&
                      (!work->attempt || attempt_is_better(work->attempt, attempt));
        if (better) {
            attempt_destroy(work->attempt);
            work->attempt = attempt;
        } else {
            attempt_destroy(attempt);
        }
    }
    return true;
}

/* Where no print claims to be ours, words may. */
static bool try_candidates(const struct screener *screener, struct sheet_work *work,
                           struct err *err)
{
    struct placement named[CANDIDATES_MAX];
    int n = 0;
    if (!try_placements(screener, work->candidate, work->n_candidates, work, err))
        return false;
    if (work->attempt)
        return true;
    return claim_by_text(&work->scan, work->patches, work->candidate, work->n_candidates,
                         screener->model, screener->n_models, screener->ocr, named, CANDIDATES_MAX,
                         &n, err) &&
           try_placements(screener, named, n, work, err);
}

static void take_verdict(struct sheet_work *work, struct screening *ret)
{
    if (!work->attempt) {
        verdict_decide(ret);
        return;
    }
    const struct screening *from = work->attempt->screening;
    ret->verdict = from->verdict;
    ret->n_reasons = from->n_reasons;
    memcpy(ret->reason, from->reason, sizeof ret->reason);
    ret->n_readings = from->n_readings;
    memcpy(ret->reading, from->reading, sizeof ret->reading);
    memcpy(ret->template_name, from->template_name, sizeof ret->template_name);
    memcpy(ret->template_version, from->template_version, sizeof ret->template_version);
    memcpy(ret->text_sender, from->text_sender, sizeof ret->text_sender);
    ret->orientation = from->orientation;
    ret->sides_swapped = from->sides_swapped;
    memcpy(work->turn, work->attempt->turn, sizeof work->turn);
}

/* What is on the sheet and is the template's own must not be read as a label. */
static int explained_places(const struct sheet_work *work, struct return_ignore *ret)
{
    int n = 0;
    for (int i = 0; work->attempt && i < work->attempt->place.model->data.n_elements; i++) {
        const struct located *located = &work->attempt->measured.located[i];
        if (located->state != ELEMENT_FOUND && located->state != ELEMENT_ALTERED)
            continue;
        ret[n].side = located->scan_side;
        located_box(located, ret[n].box_mm);
        n++;
    }
    return n;
}

/* Boxes leave this room on the upright page. */
static void make_upright(const struct sheet_work *work, enum side_name side, double box_mm[4])
{
    double fed[4];
    memcpy(fed, box_mm, sizeof fed);
    box_upright(&work->scan.side[side], work->turn[side], fed, box_mm);
}

static bool read_return(const struct screener *screener, struct sheet_work *work,
                        struct screening *ret, struct err *err)
{
    struct return_side sides[SIDE_COUNT] = {{NULL}};
    struct return_ignore ignore[TEMPLATE_ELEMENTS_MAX];
    for (int s = 0; s < SIDE_COUNT; s++)
        if (work->scan.has[s])
            sides[s] = (struct return_side){.side = &work->scan.side[s],
                                            .patches = &work->patches[s],
                                            .turn = work->attempt ? work->turn[s] : -1};
    if (!return_read(sides, ignore, explained_places(work, ignore), screener->ocr,
                     screener->phrases, RETURN_DEADLINE_MS, &ret->returned, &work->texts, err))
        return false;
    snprintf(ret->returned.phrases, sizeof ret->returned.phrases, "%s",
             phrases_version(screener->phrases));
    snprintf(ret->text_return, sizeof ret->text_return, "%s", ret->returned.text);
    if (ret->returned.has_box)
        make_upright(work, ret->returned.side, ret->returned.box_mm);
    return true;
}

static bool read_codes(const struct sheet_work *work, struct screening *ret, struct err *err)
{
    for (int s = 0; s < SIDE_COUNT; s++) {
        struct code_found found[SCREENING_CODES_MAX];
        int n = 0;
        if (!work->scan.has[s])
            continue;
        if (!codes_read(&work->scan.side[s], CODES_DEADLINE_MS, found,
                        SCREENING_CODES_MAX - ret->n_codes, &n, err))
            return false;
        for (int i = 0; i < n; i++) {
            struct screening_code *code = &ret->code[ret->n_codes++];
            snprintf(code->symbology, sizeof code->symbology, "%.23s", found[i].symbology);
            snprintf(code->text, sizeof code->text, "%.255s", found[i].text);
            code->side = (enum side_name)s;
            box_upright(&work->scan.side[s], work->turn[s], found[i].box_mm, code->box_mm);
            code_explain(code, found[i].check);
        }
    }
    return true;
}

static void tell_party(const struct sheet_work *work, const struct correspondent *from,
                       struct screening_party *ret)
{
    if (!from->found)
        return;
    const struct return_region *region = &work->texts.reading[from->reading].region;
    correspondent_tell(&from->address, ret);
    ret->side = region->side;
    ret->has_box = true;
    return_region_box(region, ret->box_mm);
    make_upright(work, ret->side, ret->box_mm);
}

/* The firm's own block, where the sheet was recognised by it. */
static void tell_own_sender(const struct screener *screener, const struct sheet_work *work,
                            struct screening *ret)
{
    const struct template_data *data = &work->attempt->place.model->data;
    struct address address;
    if (!ret->text_sender[0] ||
        !address_parse(phrases_countries(screener->phrases), ret->text_sender, &address))
        return;
    correspondent_tell(&address, &ret->sender);
    for (int i = 0; i < data->n_elements; i++) {
        const struct located *located = &work->attempt->measured.located[i];
        if (strcmp(work->attempt->measured.sender_text[i], ret->text_sender) != 0)
            continue;
        ret->sender.by_template = strcmp(ret->text_sender, data->element[i].text) == 0;
        ret->sender.side = located->scan_side;
        ret->sender.has_box = true;
        located_box(located, ret->sender.box_mm);
        make_upright(work, ret->sender.side, ret->sender.box_mm);
        break;
    }
}

/* Who wrote to whom, kept only of sheets that claim to be ours or when asked for. */
static void tell_correspondents(const struct screener *screener, const struct sheet_work *work,
                                const struct correspondent *recipient, struct screening *ret)
{
    const struct sheet_texts *texts = &work->texts;
    const struct correspondent sender =
        correspondent_sender(texts->reading, texts->n, recipient, screener->phrases);
    tell_party(work, recipient, &ret->recipient);
    if (work->attempt)
        tell_own_sender(screener, work, ret);
    if (ret->sender.known || !sender.found)
        return;
    tell_party(work, &sender, &ret->sender);
    if (!ret->text_sender[0]) {
        char text[READING_TEXT_SIZE];
        snprintf(text, sizeof text, "%.*s", sender.length,
                 texts->reading[sender.reading].text + sender.start);
        text_copy_utf8(ret->text_sender, sizeof ret->text_sender, text);
    }
}

/* Whether the address is struck out. */
static bool tell_strokes(const struct sheet_work *work, const struct correspondent *recipient,
                         struct screening *ret, struct err *err)
{
    const struct sheet_texts *texts = &work->texts;
    int block = correspondent_block(texts->reading, texts->n, recipient);
    bool struck = false;
    if (block < 0)
        return true;
    const struct return_region *region = &texts->reading[block].region;
    if (!pen_strokes_find(&work->scan.side[region->side], region, &struck, err))
        return false;
    if (struck) {
        double box[4];
        return_region_box(region, box);
        make_upright(work, region->side, box);
        journey_tell_strokes(region->side, box, ret);
    }
    return true;
}

/* The way up of a sheet that no template knows is that of what was surely read on it. */
static bool state_journey(const struct screener *screener, const struct screen_input *input,
                          const struct sheet_work *work, struct screening *ret, struct err *err)
{
    const struct sheet_texts *texts = &work->texts;
    const struct correspondent recipient =
        correspondent_recipient(texts->reading, texts->n, screener->phrases);
    const struct side *sides[SIDE_COUNT];
    int turn[SIDE_COUNT];
    for (int s = 0; s < SIDE_COUNT; s++) {
        sides[s] = work->scan.has[s] ? &work->scan.side[s] : NULL;
        turn[s] = work->attempt ? work->turn[s] : -1;
    }
    for (int i = 0; !work->attempt && i < texts->n; i++) {
        enum side_name s = texts->reading[i].region.side;
        turn[s] = turn[s] < 0 ? return_reading_turn(&texts->reading[i]) : turn[s];
    }
    journey_tell(texts->reading, texts->n, sides, turn, ret);
    if (ret->verdict == VERDICT_OTHER && !input->keep_correspondents)
        return true;
    tell_correspondents(screener, work, &recipient, ret);
    return tell_strokes(work, &recipient, ret, err);
}

static void tell_dots(const struct tracking_dots *dots, struct screening *ret)
{
    struct dots_mark mark;
    tracking_dots_mark(dots, &mark);
    ret->dots.cells = mark.cells;
    snprintf(ret->dots.status, sizeof ret->dots.status, "%s", dots_status_names[dots->status]);
    snprintf(ret->dots.note, sizeof ret->dots.note, "%s", dots_doubt_names[dots->doubt]);
    if (dots->layout)
        snprintf(ret->dots.pattern, sizeof ret->dots.pattern, "%s", dots->layout->name);
    memcpy(ret->dots.serial, dots->code.serial, sizeof ret->dots.serial);
    memcpy(ret->dots.time, dots->code.time, sizeof ret->dots.time);
    memcpy(ret->dots.maker, dots->code.maker, sizeof ret->dots.maker);
    memcpy(ret->dots.code, dots->code.digits, sizeof ret->dots.code);
    if (dots->status != DOTS_DETECTED && dots->status != DOTS_DECODED)
        return;
    for (int a = 0; a < 2; a++)
        ret->dots.pitch_mm[a] = dot_grid_pitch_mm(&dots->grid, a);
    ret->dots.angle_deg = dots->angle_deg;
    ret->dots.repeats_visible = dots->repeats.visible;
    ret->dots.repeats_agree = dots->repeats.agreeing;
}

/* On the side that carries the firm's front. Other people's mail is none of our business. */
static bool read_dots(struct sheet_work *work, struct screening *ret, struct err *err)
{
    enum side_name side = ret->sides_swapped && work->scan.has[SIDE_BACK] ? SIDE_BACK : SIDE_FRONT;
    if (ret->verdict == VERDICT_OTHER) {
        snprintf(ret->dots.status, sizeof ret->dots.status, "not_testable");
        snprintf(ret->dots.note, sizeof ret->dots.note, "other_mail");
        return true;
    }
    if (!tracking_dots_on(&work->scan.side[side], &work->how[side], &work->dots, err))
        return false;
    tell_dots(&work->dots, ret);
    ret->dots.side = side;
    return true;
}

/* How the print was made: the second opinion of a table, and a likelihood ratio when the template
 * carries one; and whether such tracking dots are usual. */
static void state_print(const struct screener *screener, const struct sheet_work *work,
                        struct screening *ret)
{
    technology_estimate(ret);
    for (int i = 0; i < screener->n_models; i++)
        if (work->attempt && work->attempt->place.model == screener->model[i] &&
            ret->verdict != VERDICT_OTHER) {
            print_evidence_state(&screener->evidence[i], &screener->model[i]->data, ret);
            dots_usual_state(&screener->model[i]->data, ret);
        }
}

static void state_limits(const struct sheet_work *work, struct screening *ret)
{
    const double *size = work->scan.side[SIDE_FRONT].size_mm;
    turned_size(work->turn[SIDE_FRONT], size, ret->size_mm);
}

static bool write_pictures(const struct sheet_work *work, const char *sheet_dir,
                           struct screening *ret, struct err *err)
{
    char dir[PATH_SIZE];
    return path_join(dir, sheet_dir, CROPS_DIR, err) && dir_make(dir, err) &&
           crops_previews(&work->scan, work->turn, sheet_dir, ret, err) &&
           (!work->attempt || crops_elements(&work->attempt->measured, sheet_dir, ret, err)) &&
           crops_dots(&work->scan.side[ret->dots.side], work->turn[ret->dots.side], &work->dots,
                      sheet_dir, ret, err) &&
           crops_return(&work->scan, work->turn, sheet_dir, ret, err) &&
           crops_journey(&work->scan, work->turn, sheet_dir, ret, err);
}

static double lap(double *since)
{
    double now = clock_mono_s(), spent = now - *since;
    *since = now;
    return spent;
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
    if (!match_templates(screener, work, err))
        return false;
    screening_add_seconds(ret, "match", lap(&since));
    if (!try_candidates(screener, work, err))
        return false;
    take_verdict(work, ret);
    screening_add_seconds(ret, "check", lap(&since) - work->print_s);
    screening_add_seconds(ret, "print", work->print_s);
    if (!read_return(screener, work, ret, err))
        return false;
    screening_add_seconds(ret, "return", lap(&since));
    if (!read_codes(work, ret, err))
        return false;
    screening_add_seconds(ret, "codes", lap(&since));
    if (!state_journey(screener, input, work, ret, err))
        return false;
    screening_add_seconds(ret, "journey", lap(&since));
    if (!read_dots(work, ret, err))
        return false;
    screening_add_seconds(ret, "dots", lap(&since));
    state_print(screener, work, ret);
    state_limits(work, ret);
    if (input->out_dir && !write_pictures(work, input->out_dir, ret, err))
        return false;
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
