/* How much closer two sheets' deviations are than those of two imitators who know nothing of each
 * other: the likelihood ratio of Lindley ("A problem in forensic science", Biometrika 64, 1977),
 * two normal levels: sheets of one source scatter by sigma, sources by tau about the genuine value.
 * Sharing what is far out weighs more than sharing what lies near the genuine. Three things are
 * added:
 *
 * - an imitator gets a thing right with the chance `right` (then it scatters like the genuine), so
 *   that a deviation against none is a contradiction. Two sheets that both show the genuine value
 *   say nothing: what links is what is wrong.
 * - two sheets of one source differ all the same with the chance `varies`: the artwork was changed,
 *   another printer was bought, dirt lay on it. So no reading speaks against more than log10
 * varies.
 * - independent sources agree exactly with the chance `common`: the same printer model, "fit to
 *   page", a slogan left out. So no reading speaks for more than -log10 common. For yes-or-no
 *   traits this is the agreement weight of Fellegi and Sunter ("A theory for record linkage",
 * 1969).
 *
 * Chances are set down in the table and not counted in the register: were they counted, a register
 * full of one forger's work would call his hallmarks common, and the link of two sheets would
 * change when a third arrives. They are rough; only their order of magnitude matters. */
#include "classifier/series_traits.h"

#include <math.h>
#include <string.h>

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))
#define LOG_VALUE_MIN 1e-6
#define RANGE_SDS 4.0 /* the genuine range holds two standard deviations to either side */
#define FAR_TAUS 20.0 /* further out is all the same, and stays within floats */
#define RIGHT_ANGLE 90.0
#define SCREEN_DEGREES 1.5 /* paper enters printer and scanner askew by up to a degree */
#define EXPONENT_MAX 60.0f
#define UNREAD_SHARE 0.5   /* of a serial's log ratio: an unread code may name a model only */
#define UNKNOWN_SIGMAS 1.5 /* an imitator's sheets scatter more than the genuine of one plate */
#define UNKNOWN_TAUS 6.0   /* in the genuine sd: what is strange at all, and then somewhat more */
#define PLACE_SIGMAS 2.0f  /* nearer than this to its due place, an element stands right */

/* sigma: print compared by correlation and by letters: two scans of one print, with wear. place:
 * locating to 0.15 mm, and a feeder's stretch of 0.3 % over 100 mm. scale: stretch of two scans.
 * colour, paper: drift of toner and of the scanner. Edges: repeatability of the measure and another
 * paper. Screen: 0.6 % stretch at 180 lines an inch. wording: the letter's place.
 * tau: another face differs in 0.1-0.5 of a letter's ink, another weight by 50-200 um; a drawing
 * made anew misses by some tenths of a mm. place: a hand lays artwork out anew within some mm.
 * scale: "fit to page" takes 3-4 %. colour: toner and ink miss a spot colour by 5-20 units. Edges:
 * laser printers differ by a factor of 1.5 in roughness; variation, grain and dots of several
 * colours differ by 2 but largely go with it, so sharing them says little more. Screens: 106-212
 * lines an inch. wording: the place is one among those of all letters. varies: artwork is changed
 * now and then; a printer is replaced, less often; envelopes are bought where they are cheap; OCR
 * misreads. common: everybody takes the same few faces, the same printers and paper; a slogan is
 * what imitators leave out; the same slip in the same word is rare. */
const struct trait traits[] = {
    [TRAIT_MISSING] = {"", BY_VALUE, FAMILY_DESIGN, .varies = 0.2, .common = 0.5},
    [TRAIT_DOTS] = {"tracking_dots", BY_DOTS, FAMILY_PRINTER, .varies = 0.2, .common = 1e-4},
    [TRAIT_UNKNOWN] = {"", BY_VALUE, FAMILY_DESIGN, .dims = 1, .right = 0.5, .varies = 0.3,
                       .common = 0.2},
    [TRAIT_PRESENCE] = {"presence", BY_VALUE, FAMILY_DESIGN, .redraws = true, .dims = 1,
                        .sigma = 0.05, .tau = 0.3, .right = 0.6, .varies = 0.2, .common = 0.1},
    {"typeface", BY_VALUE, FAMILY_DESIGN, .redraws = true, .dims = 1, .sigma = 0.03, .tau = 0.25,
     .right = 0.6, .varies = 0.2, .common = 0.15},
    {"stroke_weight", BY_VALUE, FAMILY_DESIGN, .dims = 1, .sigma = 12, .tau = 80, .right = 0.6,
     .varies = 0.2, .common = 0.2},
    {"letter_spacing", BY_VALUE, FAMILY_DESIGN, .dims = 1, .sigma = 0.1, .tau = 0.5, .right = 0.6,
     .varies = 0.2, .common = 0.2},
    {"shape", BY_VALUE, FAMILY_DESIGN, .redraws = true, .dims = 1, .sigma = 0.1, .tau = 0.5,
     .right = 0.6, .varies = 0.2, .common = 0.1},
    {"proportions", BY_VALUE, FAMILY_DESIGN, .redraws = true, .dims = 1, .sigma = 0.1, .tau = 0.4,
     .right = 0.6, .varies = 0.2, .common = 0.1},
    {"wording", BY_SPOT, FAMILY_DESIGN, .dims = 2, .sigma = 0.5, .tau = 15, .varies = 0.2,
     .common = 0.05},
    {"sender_text", BY_WORDS, FAMILY_DESIGN, .varies = 0.5, .common = 0.02},
    {"place", BY_PLACE, FAMILY_LAYOUT, .dims = 2, .sigma = 0.35, .tau = 4, .right = 0.6,
     .varies = 0.2, .common = 0.03},
    {"scale", BY_VALUE, FAMILY_LAYOUT, .one_cause = true, .by_outline = true, .dims = 1,
     .sigma = 0.5, .tau = 3, .right = 0.6, .varies = 0.2, .common = 0.2},
    {"colour", BY_VECTOR, FAMILY_PRINTER, .one_cause = true, .dims = 3, .sigma = 2, .tau = 6,
     .right = 0.3, .varies = 0.2, .common = 0.15},
    {"ink_colour", BY_VECTOR, FAMILY_PRINTER, .one_cause = true, .dims = 3, .sigma = 3, .tau = 8,
     .right = 0.3, .varies = 0.2, .common = 0.2},
    {"edge_raggedness", BY_LOG, FAMILY_PRINTER, .one_cause = true, .by_outline = true, .dims = 1,
     .sigma = 0.12, .tau = 0.6, .right = 0.2, .varies = 0.2, .common = 0.3},
    {"edge_width", BY_LOG, FAMILY_PRINTER, .one_cause = true, .by_outline = true, .dims = 1,
     .sigma = 0.05, .tau = 0.2, .right = 0.2, .varies = 0.2, .common = 0.3},
    {"edge_variation", BY_LOG, FAMILY_PRINTER, .one_cause = true, .by_outline = true, .dims = 1,
     .sigma = 0.15, .tau = 0.6, .right = 0.2, .varies = 0.2, .common = 0.5},
    {"grain", BY_LOG, FAMILY_PRINTER, .one_cause = true, .dims = 1, .sigma = 0.2, .tau = 0.7,
     .right = 0.2, .varies = 0.2, .common = 0.5},
    {"colour_dots", BY_LOG, FAMILY_PRINTER, .one_cause = true, .dims = 1, .sigma = 0.2, .tau = 0.7,
     .right = 0.2, .varies = 0.2, .common = 0.5},
    {"screened_solid", BY_SCREEN, FAMILY_PRINTER, .one_cause = true, .dims = 1, .sigma = 1,
     .tau = 40, .varies = 0.1, .common = 0.05},
    {"screen_pattern", BY_SCREEN, FAMILY_PRINTER, .one_cause = true, .dims = 1, .sigma = 1,
     .tau = 40, .varies = 0.1, .common = 0.05},
    {"screen_printer", BY_VALUE, FAMILY_PRINTER, .one_cause = true, .dims = 1, .sigma = 0.1,
     .tau = 0.4, .right = 0.3, .varies = 0.2, .common = 0.5},
    {"paper", BY_VECTOR, FAMILY_STOCK, .dims = 3, .sigma = 1.5, .tau = 4, .right = 0.5,
     .varies = 0.4, .common = 0.3},
    {"format", BY_VECTOR, FAMILY_STOCK, .dims = 2, .sigma = 1, .tau = 20, .right = 0.7,
     .varies = 0.4, .common = 0.3},
};
const int n_traits = COUNT(traits);

int trait_of(const char *check)
{
    for (int i = TRAIT_PRESENCE; i < n_traits; i++)
        if (strcmp(traits[i].check, check) == 0)
            return i;
    return TRAIT_UNKNOWN;
}

/* ---- one sheet ---- */

/* log of a normal density about 0 with independent axes, without its powers of 2 pi (they cancel).
 */
static float log_normal(const float *x, int dims, float sd)
{
    float square = 0;
    for (int i = 0; i < dims; i++)
        square += x[i] * x[i];
    return -(float)dims * logf(sd) - square / (2 * sd * sd);
}

/* log of the density that is exp(a) with the chance `right` and exp(b) otherwise. */
static float log_mixture(double right, float a, float b)
{
    float high = fmaxf(a, b), part = (float)right;
    return high + logf(part * expf(a - high) + (1 - part) * expf(b - high));
}

static float log_alone(const float *x, int dims, float sigma, float tau, double right)
{
    return log_mixture(right, log_normal(x, dims, sigma), log_normal(x, dims, hypotf(sigma, tau)));
}

static void set_spread(const struct trait *trait, double genuine_sd, struct trace *trace)
{
    if (trace->trait == TRAIT_UNKNOWN) {
        trace->sigma = (float)(UNKNOWN_SIGMAS * genuine_sd);
        trace->tau = (float)(UNKNOWN_TAUS * genuine_sd);
    } else {
        trace->sigma = (float)fmax(trait->sigma, genuine_sd);
        trace->tau = (float)fmax(trait->tau, genuine_sd);
    }
}

static float bounded(double x, float tau)
{
    float most = (float)FAR_TAUS * tau;
    return fmaxf(-most, fminf(most, (float)x));
}

/* Deviation from the middle of what genuine sheets show. */
static bool set_from_value(const struct reading *reading, bool log_scale, struct trace *trace)
{
    double low = reading->genuine[0], high = reading->genuine[1], value = reading->value;
    if (!reading->has_genuine || !isfinite(low) || !isfinite(high) || !isfinite(value))
        return false;
    if (log_scale) {
        low = log(fmax(low, LOG_VALUE_MIN));
        high = log(fmax(high, LOG_VALUE_MIN));
        value = log(fmax(value, LOG_VALUE_MIN));
    }
    double sd = (high - low) / RANGE_SDS;
    if (!(sd > 0))
        return false;
    set_spread(&traits[trace->trait], sd, trace);
    trace->x[0] = bounded(value - (low + high) / 2, trace->tau);
    return true;
}

static bool set_from_detail(const struct reading *reading, struct trace *trace)
{
    const struct trait *trait = &traits[trace->trait];
    if (!reading->has_detail)
        return false;
    set_spread(trait, 0, trace);
    for (int i = 0; i < READING_DETAILS; i++)
        if (!isfinite(reading->detail[i]))
            return false;
    for (int i = 0; i < trait->dims; i++)
        trace->x[i] = bounded(reading->detail[i], trace->tau);
    return true;
}

bool trace_of(const struct reading *reading, bool sides_swapped, struct trace *ret)
{
    struct trace trace = {.trait = trait_of(reading->check),
                          .side = sides_swapped ? 1 - reading->side : reading->side,
                          .deviates = reading->points == POINTS_IMITATION,
                          .missing = reading->outcome == OUTCOME_ABSENT,
                          .value = reading->value,
                          .has_detail = reading->has_detail};
    memcpy(trace.detail, reading->detail, sizeof trace.detail);
    const struct trait *trait = &traits[trace.trait];
    bool says = trace.missing;
    if (reading->outcome == OUTCOME_MEASURED) {
        if (trait->manner == BY_VALUE || trait->manner == BY_LOG)
            says = set_from_value(reading, trait->manner == BY_LOG, &trace);
        else
            says = trait->manner == BY_WORDS || set_from_detail(reading, &trace);
    }
    if (!says)
        return false;
    if (!trace.missing && trait->right > 0)
        trace.alone = log_alone(trace.x, trait->dims, trace.sigma, trace.tau, trait->right);
    *ret = trace;
    return true;
}

/* ---- two sheets ---- */

/* ratio: of the densities, one source over two. */
static double link_of(const struct trait *trait, float ratio)
{
    float common = (float)trait->common, varies = (float)trait->varies;
    return (double)log10f(varies + (1 - varies) * ratio / (common * ratio + 1 - common));
}

static double yes_or_no(const struct trait *trait, bool agree)
{
    return log10(agree ? trait->varies + (1 - trait->varies) / trait->common : trait->varies);
}

/* Density of both under one source: right on both, or one deviation drawn for both. Sum and
 * difference of the two are independent. */
static float log_both(const float *a, const float *b, int dims, float sigma, float tau,
                      double right)
{
    float sum[TRACE_DIMS], difference[TRACE_DIMS];
    for (int i = 0; i < dims; i++) {
        sum[i] = (a[i] + b[i]) * (float)M_SQRT1_2;
        difference[i] = (a[i] - b[i]) * (float)M_SQRT1_2;
    }
    float wide = sqrtf(2 * tau * tau + sigma * sigma);
    return log_normal(difference, dims, sigma) +
           log_mixture(right, log_normal(sum, dims, sigma), log_normal(sum, dims, wide));
}

static float ratio_of(float log_ratio)
{
    return expf(fmaxf(-EXPONENT_MAX, fminf(EXPONENT_MAX, log_ratio)));
}

/* Screens: frequency like any measure, about the middle of what printers use; direction anywhere in
 * the right angle. Another channel is another plate: not comparable. */
static double screen_link(const struct trait *trait, const struct trace *a, const struct trace *b)
{
    if (a->deviates != b->deviates)
        return yes_or_no(trait, false);
    if (lround(a->detail[2]) != lround(b->detail[2]))
        return 0;
    double sigma = trait->sigma, gap = (a->detail[0] - b->detail[0]) / sigma;
    double turn = fabs(fmod(a->detail[1] - b->detail[1], RIGHT_ANGLE));
    turn = fmin(turn, RIGHT_ANGLE - turn) / SCREEN_DEGREES;
    double lines = trait->tau / (M_SQRT2 * sigma);
    double directions = RIGHT_ANGLE / (2 * sqrt(M_PI) * SCREEN_DEGREES);
    double log_ratio = log(lines * directions) - (gap * gap + turn * turn) / 4;
    return link_of(trait, ratio_of((float)log_ratio));
}

/* What differs stands on the same spot, one among all spots of an element tau in size. */
static double spot_link(const struct trait *trait, const struct trace *a, const struct trace *b)
{
    if (a->deviates != b->deviates)
        return yes_or_no(trait, false);
    double dx = a->detail[2] - b->detail[2], dy = a->detail[3] - b->detail[3];
    double square = (dx * dx + dy * dy) / (trait->sigma * trait->sigma);
    double spots = trait->tau * trait->tau / (4 * M_PI * trait->sigma * trait->sigma);
    return link_of(trait, ratio_of((float)(log(spots) - square / 4)));
}

static double dots_link(const struct trait *trait, const struct trace *a, const struct trace *b)
{
    switch (dots_rows_say(a->dots, b->dots)) {
    case DOTS_SAY_ONE_MACHINE:
        return yes_or_no(trait, true);
    case DOTS_SAY_ONE_CODE:
        return UNREAD_SHARE * yes_or_no(trait, true);
    case DOTS_SAY_TWO_MACHINES:
        return yes_or_no(trait, false);
    case DOTS_SAY_NOTHING:
        break;
    }
    return 0;
}

double trace_link(const struct trace *a, const struct trace *b)
{
    const struct trait *trait = &traits[a->trait];
    if (!a->deviates && !b->deviates)
        return 0;
    if (a->missing || b->missing)
        return yes_or_no(&traits[TRAIT_MISSING], a->missing && b->missing);
    if (trait->manner == BY_DOTS)
        return dots_link(trait, a, b);
    if (trait->manner == BY_WORDS)
        return yes_or_no(trait, a->deviates && b->deviates && a->words && b->words &&
                                    strcmp(a->words, b->words) == 0);
    if (trait->manner == BY_SCREEN)
        return screen_link(trait, a, b);
    if (trait->manner == BY_SPOT)
        return spot_link(trait, a, b);
    float sigma = fmaxf(a->sigma, b->sigma), tau = fmaxf(a->tau, b->tau);
    float both = log_both(a->x, b->x, trait->dims, sigma, tau, trait->right);
    return link_of(trait, ratio_of(both - a->alone - b->alone));
}

/* A sheet is laid on the template by what is found of it, so only the distances among the elements
 * count: both sheets' shifts are taken from their mean over the elements that both show. n elements
 * have n - 1 free distances. */
void places_link(const struct trace *const *a, const struct trace *const *b, int n, double *ret)
{
    float mean[2][2] = {{0, 0}, {0, 0}};
    bool deviates = false;
    for (int i = 0; i < n; i++) {
        deviates = deviates || a[i]->deviates || b[i]->deviates;
        for (int c = 0; c < 2; c++) {
            mean[0][c] += (float)a[i]->detail[2 + c] / (float)n;
            mean[1][c] += (float)b[i]->detail[2 + c] / (float)n;
        }
    }
    for (int i = 0; i < n; i++) {
        ret[i] = 0;
        if (!deviates || n < 2)
            continue;
        const struct trait *trait = &traits[a[i]->trait];
        float xa[2], xb[2], sigma = (float)trait->sigma, tau = (float)trait->tau;
        for (int c = 0; c < 2; c++) {
            xa[c] = bounded(a[i]->detail[2 + c] - (double)mean[0][c], tau);
            xb[c] = bounded(b[i]->detail[2 + c] - (double)mean[1][c], tau);
        }
        float right = PLACE_SIGMAS * sigma;
        if (hypotf(xa[0], xa[1]) < right && hypotf(xb[0], xb[1]) < right)
            continue;
        float both = log_both(xa, xb, 2, sigma, tau, trait->right);
        float alone =
            log_alone(xa, 2, sigma, tau, trait->right) + log_alone(xb, 2, sigma, tau, trait->right);
        ret[i] = link_of(trait, ratio_of(both - alone)) * (n - 1) / n;
    }
}
