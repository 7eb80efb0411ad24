#include "classifier/dots_decode.h"

#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PITCH_TOLERANCE 0.03 /* feeders stretch by 1 %, fit-to-page printing takes 2 more */
#define SDS_MIN 5.0          /* the hits must be that far from spread evenly */
#define QUARTERS 4

static bool pitch_fits(const struct dot_layout *layout, const struct dot_grid *grid,
                       const struct dot_turn *turn, bool scale_known)
{
    double ratio[2];
    for (int a = 0; a < 2; a++)
        ratio[a] = dot_grid_pitch_mm(grid, (a + turn->quarters) % 2) / layout->pitch_mm[a];
    return fabs(ratio[0] / ratio[1] - 1) <= PITCH_TOLERANCE &&
           (!scale_known || (fabs(ratio[0] - 1) <= PITCH_TOLERANCE &&
                             fabs(ratio[1] - 1) <= PITCH_TOLERANCE));
}

/* Takes a code that passed; a second, different one makes both worthless. */
static void take(const struct dot_layout *layout, const struct dot_fold *fold,
                 const struct dot_code *code, struct dot_decoded *ret)
{
    int order = ret->layout ? strcmp(code->digits, ret->code.digits) : -1;
    if (ret->layout && order && (layout != ret->layout || !layout->either_way_up))
        ret->ambiguous = true;
    if (order >= 0)
        return;
    ret->layout = layout;
    ret->code = *code;
    ret->fold = *fold;
}

static void read_fold(const struct dot_layout *layout, const struct dot_fold *fold,
                      struct dot_decoded *ret)
{
    for (int y = 0; y < fold->period.h; y++)
        for (int x = 0; x < fold->period.w; x++) {
            struct dot_code code = {{0}};
            int dots = 0;
            if (layout->read(fold, x, y, &code, &dots) && dots == fold->dots)
                take(layout, fold, &code, ret);
        }
}

static void try_layout(const struct dot_layout *layout, const struct dot_sites *sites,
                       struct dot_turn turn, struct dot_fold *fold, struct dot_decoded *ret)
{
    struct dot_period period = layout->period;
    bool unknown = period.s < 0;
    for (int s = unknown ? 0 : period.s; s < (unknown ? period.w : layout->period.s + 1); s++) {
        period.s = s;
        if (dot_fold_make(sites, turn, period, fold) && fold->seen_min >= DOT_CELLS_MIN &&
            fold->z >= SDS_MIN && fold->agreeing >= DOT_CELLS_MIN)
            read_fold(layout, fold, ret);
    }
}

bool dots_decode(const struct dot_field *field, const struct dot_grid *grid, bool scale_known,
                 struct dot_decoded *ret, struct err *err)
{
    struct dot_sites sites = {0};
    struct dot_fold *fold = malloc(sizeof *fold);
    bool ok = fold || err_set(err, "out of memory for tracking dots");
    memset(ret, 0, sizeof *ret);
    for (int i = 0; ok && i < n_dot_layouts; i++)
        for (int way = 0; ok && way < QUARTERS * (1 + dot_layouts[i].mirrors); way++) {
            struct dot_turn turn = {way % QUARTERS, way >= QUARTERS};
            if (!pitch_fits(&dot_layouts[i], grid, &turn, scale_known))
                continue;
            ok = sites.depth || dot_sites_make(field, grid, &sites, err);
            if (ok)
                try_layout(&dot_layouts[i], &sites, turn, fold, ret);
        }
    dot_sites_finish(&sites);
    free(fold);
    if (ret->ambiguous)
        ret->layout = NULL;
    return ok;
}
