/* From the two sides of a sheet to the answer whether it came back: find regions, read them in the
 * order of promise until time runs out, decide. Once a label alone settles that the sheet came
 * back, only what may be an address is read besides: it tells the country. */
#include "classifier/return.h"

#include "classifier/return_decide.h"
#include "classifier/return_reading.h"
#include "classifier/return_regions.h"
#include "schemas/base/clock.h"
#include "schemas/base/err.h"

#include <stdlib.h>
#include <string.h>

#define REGIONS_A_SIDE 10 /* a sheet of text is no envelope; the most promising are read */
#define SETTLED 1.5       /* evidence of a label with heading and reasons */
#define ADDRESSES_MAX 3   /* blocks read besides such a label */
#define ADDRESS_LETTERS_MIN 15
#define ADDRESS_LETTERS_MAX 160

static int by_promise(const void *a, const void *b)
{
    const struct return_region *p = a, *q = b;
    if (p->kind != q->kind)
        return (int)p->kind - (int)q->kind;
    return (q->letters > p->letters) - (q->letters < p->letters);
}

/* The recipient's address tells the country where a label does not. */
static bool may_be_address(const struct return_region *region)
{
    return region->kind == REGION_PRINT && region->letters >= ADDRESS_LETTERS_MIN &&
           region->letters <= ADDRESS_LETTERS_MAX;
}

bool return_read(const struct return_side input[SIDE_COUNT], const struct return_ignore *ignore,
                 int n_ignore, struct ocr *ocr, const struct phrases *phrases, int deadline_ms,
                 struct screening_return *ret, struct err *err)
{
    enum { REGIONS_MAX = REGIONS_A_SIDE * SIDE_COUNT };
    struct return_region region[REGIONS_MAX];
    double until_s = clock_mono_s() + deadline_ms / 1000.0;
    int n = 0, read = 0;
    for (int side = 0; side < SIDE_COUNT; side++) {
        int found = 0;
        if (input[side].side &&
            !return_regions_find(input[side].side, input[side].patches, (enum side_name)side,
                                 ignore, n_ignore, region + n, REGIONS_A_SIDE, &found, err))
            return false;
        n += found;
    }
    qsort(region, (size_t)n, sizeof *region, by_promise);
    struct return_reading *reading = calloc((size_t)n + 1, sizeof *reading);
    bool fine = reading != NULL || err_set(err, "out of memory for reading labels");
    bool settled = false;
    int addresses = 0;
    for (int i = 0; fine && i < n; i++) {
        const struct return_reader reader = {.side = input[region[i].side].side,
                                             .turn = input[region[i].side].turn,
                                             .ocr = ocr,
                                             .phrases = phrases,
                                             .until_s = until_s};
        bool late;
        if (settled && (!may_be_address(&region[i]) || addresses++ == ADDRESSES_MAX))
            continue;
        if (!return_reading_make(&reader, &region[i], &reading[read], &late, err)) {
            fine = late;
            break;
        }
        const struct return_reading *last = &reading[read++];
        settled = settled || (last->region.kind == REGION_LABEL && last->evidence >= SETTLED &&
                              last->reason > 0);
    }
    if (fine)
        return_decide(reading, read, phrases, ret);
    free(reading);
    return fine;
}
