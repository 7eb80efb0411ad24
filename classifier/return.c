/* From the two sides of a sheet to the answer whether it came back: find regions, read them in the
 * order of promise until time runs out, decide. Once a label alone settles that the sheet came
 * back, only what may be an address is read besides: it tells the country. */
#include "classifier/return.h"

#include "classifier/return_decide.h"
#include "classifier/return_join.h"
#include "classifier/return_reading.h"
#include "classifier/return_regions.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>

#define REGIONS_A_SIDE 10 /* a sheet of text is no envelope; the most promising are read */
#define REGIONS_MAX (REGIONS_A_SIDE * SIDE_COUNT)
#define REGION_LIMIT_S 3.0 /* of reading one place, ten times what a label takes */
#define SETTLED 1.5        /* evidence of a label with heading and reasons */
#define ADDRESSES_MAX 3    /* blocks read besides such a label */
#define POSTMARKS_MAX 2
#define ADDRESS_LETTERS_MIN 15
#define ADDRESS_LETTERS_MAX 160

/* The recipient's address tells the country where a label does not. */
static bool may_be_address(const struct return_region *region)
{
    return region->kind == REGION_PRINT && region->letters >= ADDRESS_LETTERS_MIN &&
           region->letters <= ADDRESS_LETTERS_MAX;
}

/* Besides a label that settled the matter only these are read. */
struct besides {
    int addresses, postmarks;
};

static bool is_worth_reading(const struct return_region *region, const struct return_side *side,
                             struct besides *besides)
{
    double box[4];
    /* the day of posting stands where stamps do */
    if (return_region_franks(region, side->side, side->turn, box) &&
        besides->postmarks < POSTMARKS_MAX)
        return ++besides->postmarks;
    return may_be_address(region) && besides->addresses++ < ADDRESSES_MAX;
}

static bool find_regions(const struct return_side input[SIDE_COUNT],
                         const struct return_ignore *ignore, int n_ignore,
                         struct return_region ret[REGIONS_MAX], int *ret_n, struct err *err)
{
    *ret_n = 0;
    for (int side = 0; side < SIDE_COUNT; side++) {
        int found = 0;
        if (input[side].side &&
            !return_regions_find(input[side].side, input[side].patches, (enum side_name)side,
                                 ignore, n_ignore, ret + *ret_n, REGIONS_A_SIDE, &found, err))
            return false;
        *ret_n += found;
    }
    qsort(ret, (size_t)*ret_n, sizeof *ret, return_region_order);
    return true;
}

/* One place, within what is left of the sheet's time. */
static bool read_region(const struct return_region *region, const struct side *side, int turn,
                        struct ocr *ocr, const struct phrases *phrases, double until_s,
                        struct return_reading *ret, bool *ret_late, struct err *err)
{
    const struct return_reader reader = {.side = side,
                                         .turn = turn,
                                         .ocr = ocr,
                                         .phrases = phrases,
                                         .until_s = fmin(until_s, clock_mono_s() + REGION_LIMIT_S)};
    return return_reading_make(&reader, region, ret, ret_late, err);
}

/* Reads the pieces of a notice once more as one, or a stamp that lies over other print by its
 * colour, and keeps that when it says no less. */
static bool join_notice(const struct return_side input[SIDE_COUNT], struct ocr *ocr,
                        const struct phrases *phrases, double until_s, struct sheet_texts *texts,
                        struct err *err)
{
    struct return_region region;
    bool member[REGIONS_MAX] = {false}, late;
    if (!return_join_region(texts, phrases, &region, member) &&
        !return_join_overprint(texts, &region, member))
        return true;
    struct return_reading *joined = calloc(1, sizeof *joined);
    if (!joined)
        return err_set(err, "out of memory for reading a notice");
    bool fine = read_region(&region, input[region.side].side, input[region.side].turn, ocr, phrases,
                            until_s, joined, &late, err);
    double most = 0;
    for (int i = 0; i < texts->n; i++)
        most = fmax(most, member[i] ? texts->reading[i].evidence : 0);
    if (fine && joined->evidence >= most)
        return_join_replace(texts, member, joined);
    free(joined);
    return fine || late; /* the pieces stand */
}

bool return_read(const struct return_side input[SIDE_COUNT], const struct return_ignore *ignore,
                 int n_ignore, struct ocr *ocr, const struct phrases *phrases, int deadline_ms,
                 struct screening_return *ret, struct sheet_texts *ret_texts, struct err *err)
{
    struct return_region region[REGIONS_MAX];
    struct sheet_texts texts = {0};
    struct besides besides = {0};
    double until_s = clock_mono_s() + deadline_ms / 1000.0;
    bool settled = false;
    int n, turn[SIDE_COUNT];
    for (int s = 0; s < SIDE_COUNT; s++)
        turn[s] = input[s].turn;
    if (!find_regions(input, ignore, n_ignore, region, &n, err))
        return false;
    texts.reading = calloc((size_t)n + 1, sizeof *texts.reading);
    if (!texts.reading)
        return err_set(err, "out of memory for reading labels");
    for (int i = 0; i < n; i++) {
        const struct return_side *side = &input[region[i].side];
        bool late;
        if (settled && !is_worth_reading(&region[i], side, &besides))
            continue;
        if (!read_region(&region[i], side->side, turn[region[i].side], ocr, phrases, until_s,
                         &texts.reading[texts.n], &late, err)) {
            if (!late) {
                sheet_texts_finish(&texts);
                return false;
            }
            texts.unread++;
            continue;
        }
        const struct return_reading *last = &texts.reading[texts.n++];
        if (turn[region[i].side] < 0) /* all print of a side stands one way up */
            turn[region[i].side] = return_reading_turn(last);
        settled = settled || (last->region.kind == REGION_LABEL && last->evidence >= SETTLED &&
                              last->reason > 0);
    }
    if (!join_notice(input, ocr, phrases, until_s, &texts, err)) {
        sheet_texts_finish(&texts);
        return false;
    }
    return_decide(texts.reading, texts.n, phrases, ret);
    ret->unread = texts.unread;
    *ret_texts = texts;
    return true;
}

void sheet_texts_finish(struct sheet_texts *texts)
{
    free(texts->reading);
    *texts = (struct sheet_texts){0};
}
