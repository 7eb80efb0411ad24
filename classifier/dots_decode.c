/* From a grid of dots to a code. Which layout, which way up, where it begins and how far repeats
 * are shifted is not known: all are tried, some thousand readings a layout. What keeps chance out
 * is that the readers refuse nearly everything: P4 has 21 parities and a date, P1 eight and twelve
 * decimal digits, P2 and P3 one dot in each block, and all of them more places that must be empty
 * than places that may be full. Two readings that pass and differ cancel each other, with one
 * exception: P5 looks the same upside down. So does every variant of P1, as the other variant with
 * its bits in reverse: one code in twenty has no digit above nine either way, and is not told.
 *
 * It lies when somebody prints dots to be read so; that takes a printer that has none of its own.
 */
#include "classifier/dots_decode.h"

#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PITCH_TOLERANCE 0.03 /* feeders stretch by 1 %, fit-to-page printing takes 2 more */
#define QUARTERS 4
#define FUNDAMENTAL_SHARE 0.8 /* of the strongest: harmonics are weaker, parts of codes too */

static double pitch_mm(const struct dot_wave *wave)
{
    return 1 / hypot(wave->k[0], wave->k[1]);
}

/* The longest of the waves that are nearly as strong as the strongest: the others are its
 * harmonics.
 */
const struct dot_wave *dot_wave_fundamental(const struct dot_waves *waves, int axis)
{
    const struct dot_wave *best = NULL;
    for (int i = 0; i < waves->n[axis]; i++) {
        const struct dot_wave *wave = &waves->wave[axis][i];
        if (wave->power >= FUNDAMENTAL_SHARE * waves->wave[axis][0].power &&
            (!best || pitch_mm(wave) > pitch_mm(best)))
            best = wave;
    }
    return best;
}

/* The strongest wave of a layout's pitch. Its neighbours within the tolerance are satellites that
 * the code's own pattern makes. */
static const struct dot_wave *strongest_at(const struct dot_waves *waves, int axis, double pitch)
{
    for (int i = 0; i < waves->n[axis]; i++)
        if (fabs(pitch_mm(&waves->wave[axis][i]) / pitch - 1) <= PITCH_TOLERANCE)
            return &waves->wave[axis][i];
    return NULL;
}

/* The grid that a layout would stand on, upright or lying (an odd quarter of a turn). */
static bool layout_grid(const struct dot_layout *layout, int lying, const struct dot_waves *waves,
                        bool scale_known, struct dot_grid *ret)
{
    const struct dot_wave *wave[2];
    for (int a = 0; a < 2; a++)
        wave[a] = scale_known ? strongest_at(waves, a, layout->pitch_mm[(a + lying) % 2])
                              : dot_wave_fundamental(waves, a);
    if (!wave[0] || !wave[1] || !dot_grid_make(wave[0], wave[1], ret))
        return false;
    double proportion = dot_grid_pitch_mm(ret, lying) / dot_grid_pitch_mm(ret, !lying);
    return fabs(proportion * layout->pitch_mm[1] / layout->pitch_mm[0] - 1) <= PITCH_TOLERANCE;
}

/* Takes a code that passed; a second, different one makes both worthless. */
static bool take(const struct dot_layout *layout, const struct dot_sites *sites,
                 const struct dot_fold *fold, const struct dot_code *code, struct dot_decoded *ret,
                 struct err *err)
{
    struct dot_repeats repeats;
    int order = ret->layout ? strcmp(code->digits, ret->code.digits) : -1;
    if (!dot_repeats_count(sites, fold, &repeats, err))
        return false;
    if (repeats.agreeing < DOT_REPEATS_MIN)
        return true;
    if (ret->layout && order && (layout != ret->layout || !layout->either_way_up))
        ret->ambiguous = true;
    if (order < 0) {
        bool ambiguous = ret->ambiguous;
        *ret = (struct dot_decoded){.layout = layout,
                                    .code = *code,
                                    .grid = sites->grid,
                                    .turn = fold->turn,
                                    .period = fold->period,
                                    .repeats = repeats,
                                    .ambiguous = ambiguous};
        memcpy(ret->bit, fold->bit, sizeof ret->bit);
    }
    return true;
}

static bool read_fold(const struct dot_layout *layout, const struct dot_sites *sites,
                      const struct dot_fold *fold, struct dot_decoded *ret, struct err *err)
{
    for (int y = 0; y < fold->period.h; y++)
        for (int x = 0; x < fold->period.w; x++) {
            struct dot_code code = {.digits = ""};
            int dots = 0;
            if (layout->read(fold, x, y, &code, &dots) && dots == fold->dots &&
                !take(layout, sites, fold, &code, ret, err))
                return false;
        }
    return true;
}

static bool try_layout(const struct dot_layout *layout, int lying, const struct dot_sites *sites,
                       struct dot_decoded *ret, struct err *err)
{
    struct dot_fold *fold = malloc(sizeof *fold);
    bool ok = fold || err_set(err, "out of memory for tracking dots");
    int shifts = layout->period.s < 0 ? layout->period.w : 1;
    for (int mirrored = 0; mirrored <= layout->mirrors; mirrored++)
        for (int quarters = lying; quarters < QUARTERS; quarters += 2)
            for (int s = 0; ok && s < shifts; s++) {
                struct dot_period period = layout->period;
                period.s = shifts > 1 ? s : period.s;
                ok = dot_fold_make(sites, (struct dot_turn){quarters, mirrored}, period, fold, err);
                if (ok && fold->seen_min >= DOT_REPEATS_MIN && fold->z >= DOT_FOLD_SDS_MIN)
                    for (int by = 0; ok && by < DOT_CUTS; by++) {
                        dot_fold_cut(fold, (enum dot_cut)by);
                        ok = read_fold(layout, sites, fold, ret, err);
                    }
            }
    free(fold);
    return ok;
}

bool dots_decode(const struct dot_field *field, const struct dot_waves *waves, bool scale_known,
                 struct dot_decoded *ret, struct err *err)
{
    struct dot_decoded decoded = {NULL};
    bool ok = true;
    /* all of them, whatever has passed before: another may as well */
    for (int i = 0; ok && i < 2 * n_dot_layouts; i++) {
        const struct dot_layout *layout = &dot_layouts[i / 2];
        struct dot_sites sites;
        struct dot_grid grid;
        if (!layout_grid(layout, i % 2, waves, scale_known, &grid))
            continue;
        ok = dot_sites_make(field, &grid, &sites, err);
        if (ok) {
            ok = try_layout(layout, i % 2, &sites, &decoded, err);
            dot_sites_finish(&sites);
        }
    }
    if (decoded.ambiguous)
        decoded.layout = NULL;
    if (ok)
        *ret = decoded;
    return ok;
}
