/* The screens that the samples' print is built of, from the crops that the elements' pictures are
 * made of. A crop may lie under a postmark, or come from another print run: what a good part of
 * them show is genuine. */
#include "classifier/enrol_parts.h"
#include "classifier/screens_compare.h"
#include "schemas/base/err.h"

#include <stdlib.h>

static bool measure_one(void *ctx, int i, int worker, struct err *err)
{
    (void)worker;
    struct element_crops *crops = &((struct element_crops *)ctx)[i];
    struct image picture = {0}, mask = {0}, area = {0};
    if (crops->data.dpi < SCREENS_DPI_MIN)
        return true;
    crops->screens = calloc((size_t)crops->n, sizeof *crops->screens);
    if (!crops->screens)
        return err_set(err, "out of memory while enrolling");
    bool ok = enrol_median(crops, -1, &picture, &mask, err) &&
              screens_area(&mask, crops->data.dpi, &area, err);
    for (int k = 0; ok && k < crops->n; k++)
        ok = screens_in(&crops->crop[k], &area, crops->data.dpi, &crops->screens[k], err);
    image_finish(&picture);
    image_finish(&mask);
    image_finish(&area);
    if (ok)
        enrol_screens_learn(crops, -1, &crops->data.screens);
    return ok;
}

bool enrol_screens(struct element_crops *element, int n, struct err *err)
{
    return parallel_run(n, measure_one, element, err);
}

void enrol_screens_learn(const struct element_crops *crops, int without, struct screens_learnt *ret)
{
    int skip = -1;
    for (int k = 0; k < crops->n; k++)
        skip = crops->sample[k] == without ? k : skip;
    *ret = (struct screens_learnt){0};
    if (crops->screens)
        screens_learn(crops->screens, crops->n, skip, crops->data.dpi, ret);
}
