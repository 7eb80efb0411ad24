/* Two screens are one when their peaks lie within a step of the spectrum (4.7 lines an inch at 600
 * dpi, 1.8 degrees at 150 lines): each place is good to a fifth of that, but in narrow strokes,
 * which smear it over six steps. Paper that was fed askew or stretched is laid straight before.
 * Genuine envelopes from other plates of one printing house keep frequencies and angles; what
 * varies from run to run, dot gain and density, changes how strong a peak is. Therefore it counts
 * by its logarithm.
 *
 * What an office printer makes and a press does not:
 * - lines instead of dots. A press prints lines for effect only;
 * - a screen finer than 200 lines an inch, which uncoated paper does not hold on a press;
 * - cells of a whole number of points of 600 or 1200 an inch along both edges of the paper (a
 *   rational tangent): 106, 134, 141, 170, 190 or 212 lines at 18, 27, 34 or 45 degrees. Plates are
 *   exposed at 2400-2540 points and with cells of many dots, so that theirs fit such a raster by
 *   chance: in one ink out of two hundred (600) or fifty (1200). Screens along the edges do not
 *   count: yellow lies there at 120, 150 or 200 lines on any press.
 * It may be wrong about the last one alone, hence the share: one ink of three decides nothing. */
#include "classifier/screens_compare.h"

#include "classifier/screen_peaks.h"

#include <math.h>

#define RIGHT_ANGLE 90.0
#define SEEN_SHARE 3 /* a third of the samples: another printing house's share of them */
#define SEEN_MIN 2
#define PLACE_STRENGTH 100.0 /* weaker ones are known to a percent only by chance */
#define WEIGHT_MIN 1.0 /* of the strongest: ten times what noise may reach, or all may be missed   \
                        */
#define OFFSET_FINEST 200.0 /* lines an inch; 133-175 are usual on uncoated paper */
#define RASTER_FIT 0.01 /* of a cell: 1 lpi in 150 is scale and stretch, 0.3 degrees the place */

/* After which turn it is the same again. */
static double period_of(const struct print_screen *screen)
{
    return screen->kind == SCREEN_LINES ? 2 * RIGHT_ANGLE : RIGHT_ANGLE;
}

double screens_apart(const struct print_screen *a, const struct print_screen *b)
{
    bool lines = a->kind == SCREEN_LINES || b->kind == SCREEN_LINES;
    bool dots = a->kind == SCREEN_DOTS || b->kind == SCREEN_DOTS;
    if (lines && dots)
        return HUGE_VAL;
    double period = fmin(period_of(a), period_of(b));
    double turn = remainder(a->degrees - b->degrees, period) * M_PI / 180;
    return hypot(a->lines * cos(turn) - b->lines, a->lines * sin(turn));
}

double screen_degrees(const struct print_screen *screen)
{
    return fmod(round(screen->degrees), period_of(screen));
}

/* How far it stands out of noise: what is hardly seen hardly counts when it is not. */
static double weight_of(const struct print_screen *screen)
{
    return log10(fmax(1, screen->strength / SCREENS_PEAK_MIN));
}

/* ---- learning ---- */

/* The members of one screen among the samples, as sums about the first of them. */
struct cluster {
    struct print_screen first;
    double lines, degrees, weight, square;
    int n, last_sample;
};
#define CLUSTERS_MAX 64 /* many more than four inks make */

static void join(struct cluster *cluster, const struct print_screen *screen, double apart,
                 int sample)
{
    double period = period_of(&cluster->first);
    cluster->lines += screen->lines - cluster->first.lines;
    cluster->degrees += remainder(screen->degrees - cluster->first.degrees, period);
    cluster->weight += weight_of(screen);
    cluster->square += apart * apart;
    cluster->last_sample = sample;
    cluster->n++;
}

static struct screen_learnt mean_of(const struct cluster *cluster)
{
    struct screen_learnt ret = {.screen = cluster->first, .n_seen = cluster->n};
    double period = period_of(&cluster->first);
    double n = cluster->n;
    ret.screen.lines += cluster->lines / n;
    ret.screen.degrees = fmod(ret.screen.degrees + cluster->degrees / n + period, period);
    ret.screen.strength = SCREENS_PEAK_MIN * pow(10, cluster->weight / n);
    double about_mean = cluster->square / n - pow(screens_apart(&ret.screen, &cluster->first), 2);
    ret.sd_lines = n > 1 ? sqrt(fmax(0, about_mean) * n / (n - 1)) : 0;
    return ret;
}

static void add_sample(const struct screens *sample, int index, double dpi, struct cluster *cluster,
                       int *n)
{
    for (int i = 0; i < sample->n; i++) {
        const struct print_screen *screen = &sample->screen[i];
        struct cluster *nearest = NULL;
        double least = screens_reach(sample, dpi);
        for (int k = 0; k < *n; k++) {
            double apart = screens_apart(screen, &cluster[k].first);
            if (apart < least && cluster[k].last_sample != index) {
                least = apart;
                nearest = &cluster[k];
            }
        }
        if (nearest) {
            join(nearest, screen, least, index);
        } else if (*n < CLUSTERS_MAX) {
            cluster[*n] = (struct cluster){.first = *screen, .last_sample = -1};
            join(&cluster[(*n)++], screen, 0, index);
        }
    }
}

/* Keeps the list sorted, the strongest first. */
static void add_learnt(const struct screen_learnt *learnt, struct screens_learnt *ret)
{
    int at = ret->n < PRINT_SCREENS_MAX ? ret->n++ : PRINT_SCREENS_MAX - 1;
    if (at == PRINT_SCREENS_MAX - 1 && ret->learnt[at].n_seen > 0 &&
        ret->learnt[at].screen.strength >= learnt->screen.strength)
        return;
    for (; at > 0 && ret->learnt[at - 1].screen.strength < learnt->screen.strength; at--)
        ret->learnt[at] = ret->learnt[at - 1];
    ret->learnt[at] = *learnt;
}

void screens_learn(const struct screens *sample, int n, int skip, double dpi,
                   struct screens_learnt *ret)
{
    struct cluster cluster[CLUSTERS_MAX];
    int clusters = 0;
    *ret = (struct screens_learnt){0};
    for (int i = 0; i < n; i++) {
        if (i == skip || !screens_show(&sample[i]))
            continue;
        ret->n_looked++;
        add_sample(&sample[i], i, dpi, cluster, &clusters);
    }
    for (int k = 0; k < clusters; k++) {
        struct screen_learnt learnt = mean_of(&cluster[k]);
        if (learnt.n_seen >= SEEN_MIN && learnt.n_seen * SEEN_SHARE >= ret->n_looked)
            add_learnt(&learnt, ret);
    }
}

/* ---- comparing ---- */

/* The sum of all; *most is raised to the strongest. */
static double weigh(const struct screens *screens, double *most)
{
    double sum = 0;
    for (int i = 0; i < screens->n; i++) {
        sum += weight_of(&screens->screen[i]);
        *most = fmax(*most, weight_of(&screens->screen[i]));
    }
    return sum;
}

static bool is_same(const struct print_screen *seen, const struct screen_learnt *genuine,
                    double reach)
{
    return screens_apart(seen, &genuine->screen) < reach;
}

bool screens_shared(const struct screens *seen, const struct screens_learnt *genuine, double dpi,
                    double *ret, const struct print_screen **ret_other)
{
    double most = 0, of_seen = weigh(seen, &most), of_genuine = 0, shared = 0;
    double reach = screens_reach(seen, dpi);
    *ret_other = NULL;
    for (int i = 0; i < seen->n; i++) {
        bool known = false;
        for (int k = 0; k < genuine->n; k++)
            known |= is_same(&seen->screen[i], &genuine->learnt[k], reach);
        shared += known ? weight_of(&seen->screen[i]) : 0;
        if (!known && !*ret_other)
            *ret_other = &seen->screen[i];
    }
    for (int k = 0; k < genuine->n; k++) {
        bool found = false;
        for (int i = 0; i < seen->n; i++)
            found |= is_same(&seen->screen[i], &genuine->learnt[k], reach);
        double weight = weight_of(&genuine->learnt[k].screen);
        most = fmax(most, weight);
        of_genuine += weight;
        shared += found ? weight : 0;
    }
    bool any = most >= WEIGHT_MIN;
    *ret = any ? shared / (of_seen + of_genuine) : 1;
    return any || screens_show_none(seen);
}

/* ---- printers ---- */

int screen_raster(const struct print_screen *screen, double scale)
{
    static const int rasters[] = {600, 1200};
    double angle = screen->degrees * M_PI / 180;
    for (int i = 0; i < 2; i++) {
        double cell = rasters[i] * scale / screen->lines; /* points along the screen */
        double x = cell * cos(angle), y = cell * sin(angle);
        bool fits = hypot(x - round(x), y - round(y)) < RASTER_FIT * cell;
        bool upright = round(x) == 0 || round(y) == 0;
        if (fits && !upright && screen->strength >= PLACE_STRENGTH)
            return rasters[i];
    }
    return 0;
}

/* The strongest of its channel is an ink's own, and not what two inks make together. */
static bool leads_channel(const struct screens *seen, int i)
{
    for (int k = 0; k < i; k++)
        if (seen->screen[k].channel == seen->screen[i].channel)
            return false;
    return true;
}

bool screens_of_a_printer(const struct screens *seen, double scale, double *ret,
                          const struct print_screen **ret_one)
{
    double most = 0, all = weigh(seen, &most), printers = 0;
    *ret_one = NULL;
    for (int i = 0; i < seen->n; i++) {
        const struct print_screen *screen = &seen->screen[i];
        bool fine = screen->lines / scale > OFFSET_FINEST && leads_channel(seen, i);
        bool is_one = fine || screen->kind == SCREEN_LINES || screen_raster(screen, scale);
        printers += is_one ? weight_of(screen) : 0;
        if (is_one && !*ret_one)
            *ret_one = screen;
    }
    *ret = most >= WEIGHT_MIN ? printers / all : 0;
    return most >= WEIGHT_MIN || screens_show_none(seen);
}
