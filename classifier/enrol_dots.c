/* Whether the firm's own envelopes carry tracking dots: those whose address was printed on a colour
 * laser do. Looked for on every sample as on every sheet that is screened. */
#include "classifier/enrol_design.h"

#include "classifier/dots_usual.h"
#include "classifier/tracking_dots.h"
#include "schemas/base/err.h"

#include <stdlib.h>

struct looking {
    struct sample *sample;
    struct dots_mark *mark;
    bool *looked;
};

static bool look_at_one(void *ctx, int i, int worker, struct err *err)
{
    (void)worker;
    struct looking *looking = ctx;
    struct sample *sample = &looking->sample[i];
    struct tracking_dots dots;
    if (!sample->used || !sample->has[SIDE_FRONT])
        return true;
    enum side_name side = sample_scan_side(sample, SIDE_FRONT);
    if (!sample_open(sample, err))
        return false;
    bool ok = tracking_dots_on(&sample->scan.side[side], &sample->how[side], &dots, err);
    sample_close(sample);
    if (ok) {
        looking->looked[i] = dots.status != DOTS_NOT_TESTABLE;
        tracking_dots_mark(&dots, &looking->mark[i]);
    }
    return ok;
}

bool design_dots(struct design *design, struct err *err)
{
    size_t n = (size_t)design->n;
    struct looking looking = {.sample = design->sample,
                              .mark = calloc(n, sizeof *looking.mark),
                              .looked = calloc(n, sizeof *looking.looked)};
    bool ok = (looking.mark && looking.looked) || err_set(err, "out of memory while enrolling");
    ok = ok && parallel_run(design->n, look_at_one, &looking, err);
    for (int i = 0; ok && i < design->n; i++)
        if (looking.looked[i])
            dots_usual_learn(&design->data, &looking.mark[i]);
    free(looking.mark);
    free(looking.looked);
    return ok;
}
