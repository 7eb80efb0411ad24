/* Most mail is other people's, so what is read must be little: only at places of elements that
 * carry words, only where there are letters, each place once for all templates whose elements lie
 * there, and no side on its head once some words were read well. READS_MAX bounds what remains.
 * Text that cannot be read in time is text that was not read: the sheet then makes no claim. */
#include "classifier/claim.h"

#include "classifier/claim_places.h"
#include "classifier/locate.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READS_MAX 12 /* of 0.05 s: both sides of two designs, both ways up */
#define CLAIM_DEADLINE_MS 2000
#define READ_DEADLINE_MS 1000 /* for one of them */

struct search {
    const struct scan *scan;
    const struct side_patches *patches;
    struct ocr *ocr;
    int n_laid;
    struct placement *laid; /* every way of laying a template on the sheet, and what it named */
    bool *stranger;         /* of each: somebody else's words stand where our name would */
    bool named;             /* by its name, with one of them */
    int n_places;
    struct claim_place *place;
    int n_regions;
    struct claim_region *region;
    struct claim_words *words; /* of the model tried last */
    struct claim_read *read;   /* of the region read last */
    struct text_marks *marks[SIDE_COUNT];
    int upright[SIDE_COUNT]; /* turn, or -1 when not known */
};

static void search_finish(struct search *search)
{
    for (int s = 0; s < SIDE_COUNT; s++)
        text_marks_destroy(search->marks[s]);
    free(search->laid);
    free(search->stranger);
    free(search->place);
    free(search->region);
    free(search->words);
    free(search->read);
}

static bool search_init(struct search *search, int n_candidates, int n_models, struct err *err)
{
    size_t laid = (1 + SIDE_COUNT) * (size_t)n_candidates + (size_t)n_models * SIDE_COUNT * 4;
    size_t places = laid * TEMPLATE_ELEMENTS_MAX;
    search->laid = calloc(laid, sizeof *search->laid);
    search->stranger = calloc(laid, sizeof *search->stranger);
    search->place = calloc(places, sizeof *search->place);
    search->region = calloc(places, sizeof *search->region);
    search->words = calloc(1, sizeof *search->words);
    search->read = calloc(1, sizeof *search->read);
    for (int s = 0; s < SIDE_COUNT; s++)
        search->upright[s] = -1;
    return (search->laid && search->stranger && search->place && search->region && search->words &&
            search->read) ||
           err_set(err, "out of memory for the sender's text");
}

/* The same sheet with one side turned over the other way. */
static void turn_side(struct placement *place, enum side_name side)
{
    struct affine page = place->page[side];
    place->page[side] = place->other_page[side];
    place->other_page[side] = page;
    place->turn[side] = (place->turn[side] + 180) % 360;
}

static void lay_all(struct search *search, const struct placement *candidate, int n_candidates,
                    struct model *const *model, int n_models)
{
    for (int i = 0; i < n_candidates; i++) {
        search->laid[search->n_laid++] = candidate[i];
        for (int s = 0; s < SIDE_COUNT; s++)
            if (candidate[i].assumed[s]) {
                search->laid[search->n_laid] = candidate[i];
                turn_side(&search->laid[search->n_laid++], (enum side_name)s);
            }
    }
    for (int m = 0; m < n_models; m++)
        for (int swap = 0; swap < SIDE_COUNT; swap++)
            for (int turn = 0; turn < 360; turn += 90)
                search->n_laid += match_by_outline(search->scan, model[m], swap != 0, turn,
                                                   &search->laid[search->n_laid]);
}

static bool find_places(struct search *search, struct err *err)
{
    for (int i = 0; i < search->n_laid; i++)
        search->n_places =
            claim_places_add(search->scan, &search->laid[i], i, search->place, search->n_places,
                             search->n_laid * TEMPLATE_ELEMENTS_MAX);
    search->n_regions = claim_regions(search->place, search->n_places, search->region);
    for (int s = 0; s < SIDE_COUNT && search->n_regions > 0; s++)
        if (search->scan->has[s] &&
            !text_marks_find(&search->scan->side[s], &search->marks[s], err))
            return false;
    return true;
}

/* What was read, and where, on the template's page. */
static void tell(const struct search *search, const struct claim_place *place,
                 const struct read_word *word, const struct claim_match *match,
                 struct claim_reading *ret)
{
    const struct placement *laid = &search->laid[place->laid];
    struct claim_reading named = {
        .score = match->score, .slogan = match->slogan, .side = place->side};
    struct affine to_page =
        turn_to_page(place->view.turn, search->scan->side[place->view.on].size_mm);
    struct affine to_template;
    double low[2] = {HUGE_VAL, HUGE_VAL}, high[2] = {-HUGE_VAL, -HUGE_VAL};
    size_t len = 0;
    for (int i = 0; i < match->n; i++) {
        const struct read_word *read = &word[match->word[i]];
        for (int c = 0; c < 2; c++) {
            low[c] = fmin(low[c], read->box_mm[c]);
            high[c] = fmax(high[c], read->box_mm[c] + read->box_mm[c + 2]);
        }
        if (len + strlen(read->text) + 2 < sizeof named.text)
            len += (size_t)snprintf(named.text + len, sizeof named.text - len, "%s%s",
                                    len ? " " : "", read->text);
    }
    if (affine_invert(&laid->page[named.side], &to_template)) {
        double upright[4] = {low[0], low[1], high[0] - low[0], high[1] - low[1]};
        struct affine back = affine_multiply(&to_template, &to_page);
        laid_box(&back, upright, named.box_mm);
    }
    *ret = named;
}

static bool is_surer(const struct claim_reading *a, const struct claim_reading *b)
{
    if (a->score > 0 && b->score > 0 && a->slogan != b->slogan)
        return b->slogan;
    return a->score > b->score;
}

/* Keeps the list ordered, with the surest placement of each model; of equal ones the one
 * that came first. */
static void insert_named(const struct placement *place, struct placement *list, int max, int *n)
{
    int k = 0;
    while (k < *n && list[k].model != place->model)
        k++;
    if (k < *n && !is_surer(&place->named, &list[k].named))
        return;
    if (k == *n)
        k = *n < max ? (*n)++ : max;
    for (; k > 0 && is_surer(&place->named, &list[k - 1].named); k--)
        if (k < max)
            list[k] = list[k - 1];
    if (k < max)
        list[k] = *place;
}

/* The side that bears the name is laid rightly; which way up the other one is follows from how a
 * feeder turns sheets over, and is an assumption. */
static void doubt_other_side(struct placement *place, enum side_name named)
{
    enum side_name other = named == SIDE_FRONT ? SIDE_BACK : SIDE_FRONT;
    const double *size = place->model->data.size_mm;
    struct affine half_turn = {{-1, 0, size[0], 0, -1, size[1]}};
    place->assumed[named] = false;
    if (!place->has[other] || place->score > 0) /* elements voted: match.c has told it */
        return;
    place->assumed[other] = true;
    place->other_page[other] = affine_multiply(&place->page[other], &half_turn);
}

static void judge_region(struct search *search, int region)
{
    const struct model *model = NULL;
    struct read_word word[CLAIM_READ_MAX];
    for (int i = 0; i < search->n_places; i++) {
        const struct claim_place *place = &search->place[i];
        struct placement *laid = &search->laid[place->laid];
        struct claim_reading named;
        if (place->region != region)
            continue;
        if (laid->model != model) {
            model = laid->model;
            claim_words_of(&model->data, search->words);
        }
        int n = claim_words_at(search->scan, place, search->read, word);
        struct claim_match match = claim_words_match(search->words, word, n);
        search->stranger[place->laid] |=
            place->of_name && claim_words_of_stranger(search->words, word, n);
        if (match.score < SENDER_CLAIM_SCORE)
            continue;
        tell(search, place, word, &match, &named);
        search->named |= !named.slogan;
        if (is_surer(&named, &laid->named))
            laid->named = named;
    }
}

/* Who says what we say, but has his own name where ours would stand, is not us. */
static void propose(struct search *search, struct placement *ret, int max, int *ret_n)
{
    for (int i = 0; i < search->n_laid; i++) {
        struct placement *laid = &search->laid[i];
        if (laid->named.score <= 0 || (laid->named.slogan && search->stranger[i]))
            continue;
        doubt_other_side(laid, laid->named.side);
        insert_named(laid, ret, max, ret_n);
    }
}

/* The first region that names the firm settles it; beside a slogan the name is looked for. */
static void read_regions(struct search *search)
{
    int64_t end = clock_mono_ms() + CLAIM_DEADLINE_MS;
    int reads = 0;
    for (int i = 0; i < search->n_regions && reads < READS_MAX && !search->named; i++) {
        const struct claim_region *region = &search->region[i];
        enum side_name on = region->view.on;
        int64_t left = end - clock_mono_ms();
        struct err unread;
        if ((search->upright[on] >= 0 && search->upright[on] != region->view.turn) ||
            !claim_region_has_text(search->scan, search->marks[on], region))
            continue;
        reads++;
        if (left <= 0 || !claim_region_read(search->scan, &search->patches[on], region, search->ocr,
                                            left < READ_DEADLINE_MS ? (int)left : READ_DEADLINE_MS,
                                            search->read, &unread))
            continue;
        if (search->read->upright)
            search->upright[on] = region->view.turn;
        judge_region(search, i);
    }
}

bool claim_by_text(const struct scan *scan, const struct side_patches patches[SIDE_COUNT],
                   const struct placement *candidate, int n_candidates, struct model *const *model,
                   int n_models, struct ocr *ocr, struct placement *ret, int max, int *ret_n,
                   struct err *err)
{
    struct search search = {.scan = scan, .patches = patches, .ocr = ocr};
    *ret_n = 0;
    if (n_models == 0)
        return true;
    bool ok = search_init(&search, n_candidates, n_models, err);
    if (ok) {
        lay_all(&search, candidate, n_candidates, model, n_models);
        ok = find_places(&search, err);
    }
    if (ok) {
        read_regions(&search);
        propose(&search, ret, max, ret_n);
    }
    search_finish(&search);
    return ok;
}
