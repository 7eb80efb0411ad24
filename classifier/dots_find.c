/* Yellow specks on paper. A tracking dot is about 100 um of yellow toner: it takes blue and leaves
 * red and green alone, so y = (R + G) / 2 - B stands out where paper texture, shade and the
 * scanner's lamp, which act on all three alike, cancel (van Beusekom, Shafait and Breuel,
 * "Automatic authentication of color laser print-outs using machine identification codes", Pattern
 * Analysis and Applications 16, 2013, look at the blue channel alone).
 *
 * Against what is left, the scanner's noise, a difference of Gaussians of about the dot's own size
 * is close to the matched filter, and takes the local mean off as well. Its peaks on bare paper are
 * the points. Most of them are noise when dots are faint: that is for the lattice to sort out,
 * which needs many points more than it needs clean ones, so the threshold is low and the number
 * bounded. Places of peaks are good to 20-30 um on lossless scans. What is printed, with its
 * surroundings, is left out; so is what is tinted, where a screen's own dots would be found.
 *
 * It lies where chroma was thrown away (JPEG 4:2:0 halves the blue's resolution and quantises it
 * away), and on clipped paper, whose noise and dips are cut off. */
#include "classifier/dots_find.h"

#include "classifier/ink.h"
#include "classifier/numbers.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MM_PER_INCH 25.4
#define WORK_DPI 300.0       /* finer scans are averaged to no less than this */
#define WORK_DPI_SLACK 0.5   /* files store whole dots per metre */
#define DOT_SIGMA_MM 0.055   /* 100 um of toner, spread by paper and lens */
#define AROUND_SIGMA_MM 0.14 /* below half the finest pitch known, 0.254 mm */
#define RIM_MM 0.35          /* from a speck: where the difference of Gaussians has its rim */
#define SURROUND_MM 0.5      /* of print: stray toner, fringes of colour, reach of the filters */
#define TINT_MM 1.0          /* window of the mean that tells a tint */
#define TINT_LEVELS 6.0f     /* of that mean */
#define TINT_CLIP 20.0f      /* levels that one pixel may differ by: a dot adds less than 1 */
#define PEAK_SDS 2.2         /* robust standard deviations above which a peak is a point */
#define PEAKS_PER_IN2 250.0  /* faint ones among noise; all layouts but P5 have up to 195 dots */
#define CLEAR_PER_IN2 400.0  /* of those that are no noise; P5 has 350 */
#define CLEAR_SDS 5.0        /* which noise reaches in one pixel of 3 million */
#define SAMPLES_MAX 16384    /* pixels that the robust statistics look at: good to 1 % */
#define SD_MIN 0.05          /* levels: a picture without noise still needs a threshold */
#define SEEN_SHARE 0.5       /* of a cell of the map that must be bare */

/* The box at the working resolution. */
struct work {
    int factor;   /* raw pixels averaged into one, each way */
    int x, y;     /* raw pixels of the corner */
    double mm[2]; /* of a working pixel */
    struct plane yellow;
    struct plane dip; /* yellow, filtered */
    struct image ink; /* 255: not bare paper */
};

static void work_finish(struct work *work)
{
    plane_finish(&work->yellow);
    plane_finish(&work->dip);
    image_finish(&work->ink);
}

/* Adds the pixels of a raw row to the working ones: red and green, blue. */
static inline void add_row(const uint8_t *pixel, int width, int factor, int *sum)
{
    for (int x = 0; x < width; x++)
        for (int u = 0; u < factor; u++, pixel += 3) {
            sum[2 * x] += pixel[0] + pixel[1];
            sum[2 * x + 1] += pixel[2];
        }
}

/* One working row: y, and whether red and green are darker than paper. Blue does not say what is
 * ink here, since dots are blue's alone. */
static void reduce_row(const struct image *view, struct work *work, int row, const double paper[3],
                       int *sum)
{
    int width = work->yellow.width, factor = work->factor;
    memset(sum, 0, sizeof *sum * 2 * (size_t)width);
    for (int v = 0; v < factor; v++) {
        const uint8_t *pixel = image_row(view, row * factor + v);
        if (factor == 2) /* 600 dpi: with a number that the compiler knows it is twice as fast */
            add_row(pixel, width, 2, sum);
        else
            add_row(pixel, width, factor, sum);
    }
    float *yellow = work->yellow.data + (size_t)row * (size_t)width;
    uint8_t *ink = image_row(&work->ink, row);
    float scale = 1.f / (float)(factor * factor);
    float dark = (float)((paper[0] + paper[1]) / 2 - INK_MIN_STRENGTH);
    for (int x = 0; x < width; x++) {
        float red_green = 0.5f * scale * (float)sum[2 * x];
        yellow[x] = red_green - scale * (float)sum[2 * x + 1];
        ink[x] = red_green < dark ? 255 : 0;
    }
}

static bool reduce(const struct image *rgb, const int box[4], const double paper[3],
                   struct work *work, struct err *err)
{
    struct image view = image_view(rgb, box[0], box[1], box[2], box[3]);
    double dpi = fmin(rgb->dpi_x, rgb->dpi_y);
    work->factor = (int)((dpi + WORK_DPI_SLACK) / WORK_DPI);
    work->x = box[0] > 0 ? box[0] : 0;
    work->y = box[1] > 0 ? box[1] : 0;
    work->mm[0] = work->factor * MM_PER_INCH / rgb->dpi_x;
    work->mm[1] = work->factor * MM_PER_INCH / rgb->dpi_y;
    int width = view.width / work->factor, height = view.height / work->factor;
    int *sum = width > 0 && height > 0 ? malloc(sizeof *sum * 2 * (size_t)width) : NULL;
    bool ok = sum || err_set(err, "no room to look for tracking dots");
    ok = ok && plane_create(&work->yellow, width, height, err) &&
         image_create(&work->ink, width, height, 1, err);
    for (int row = 0; ok && row < height; row++)
        reduce_row(&view, work, row, paper, sum);
    free(sum);
    return ok;
}

/* Median over bare paper, and the robust sd about it; false when no paper is bare. */
static bool robust(const struct plane *plane, const struct image *ink, double *sample,
                   double *ret_median, double *ret_sd)
{
    size_t pixels = (size_t)plane->width * (size_t)plane->height;
    size_t step = pixels / SAMPLES_MAX + 1;
    int n = 0;
    for (size_t i = step / 2; i < pixels; i += step)
        if (!ink->data[i])
            sample[n++] = plane->data[i];
    if (!n)
        return false;
    *ret_median = median_of(sample, n);
    *ret_sd = fmax(mad_sd(sample, n), SD_MIN);
    return true;
}

static int odd_pixels(double mm, const struct work *work)
{
    return 2 * (int)ceil(mm / fmin(work->mm[0], work->mm[1])) + 1;
}

static float clipped(float v, float most)
{
    return v > most ? most : v < -most ? -most : v;
}

/* Adds what is tinted to the ink, then the surroundings of both. */
static bool mask_print(struct work *work, double *sample, struct err *err)
{
    struct plane tint = {0}, mean = {0};
    struct image wide = {0};
    double typical, sd;
    int window = odd_pixels(TINT_MM / 2, work), reach = odd_pixels(SURROUND_MM, work);
    size_t pixels = (size_t)work->yellow.width * (size_t)work->yellow.height;
    bool ok = plane_create(&tint, work->yellow.width, work->yellow.height, err);
    if (ok && robust(&work->yellow, &work->ink, sample, &typical, &sd)) {
        for (size_t i = 0; i < pixels; i++)
            tint.data[i] = clipped(work->yellow.data[i] - (float)typical, TINT_CLIP);
        ok = cv_box_plane(&tint, window, window, &mean, err);
        for (size_t i = 0; ok && i < pixels; i++)
            if (fabsf(mean.data[i]) > TINT_LEVELS)
                work->ink.data[i] = 255;
    }
    plane_finish(&tint);
    ok = ok && cv_morph(&work->ink, CV_MORPH_OP_DILATE, CV_MORPH_BOX, reach, reach, &wide, err);
    if (ok) {
        image_finish(&work->ink);
        work->ink = wide;
    }
    plane_finish(&mean);
    return ok;
}

static bool filter(struct work *work, struct err *err)
{
    struct plane around = {0};
    double px = sqrt(work->mm[0] * work->mm[1]);
    bool ok = cv_gauss_plane(&work->yellow, DOT_SIGMA_MM / px, &work->dip, err) &&
              cv_gauss_plane(&work->yellow, AROUND_SIGMA_MM / px, &around, err);
    size_t pixels = ok ? (size_t)around.width * (size_t)around.height : 0;
    for (size_t i = 0; i < pixels; i++)
        work->dip.data[i] -= around.data[i];
    plane_finish(&around);
    return ok;
}

/* Highest of its eight neighbours; of equal ones the last. */
static bool is_peak(const float *at, int width)
{
    float v = *at;
    return v > at[1] && v >= at[-1] && v > at[width] && v >= at[-width] && v > at[width + 1] &&
           v > at[width - 1] && v >= at[-width - 1] && v >= at[-width + 1];
}

static int deepest_first(const void *a, const void *b)
{
    const struct dot *p = a, *q = b;
    if (p->depth != q->depth)
        return p->depth < q->depth ? 1 : -1;
    return p->y_mm != q->y_mm ? (p->y_mm > q->y_mm ? 1 : -1)
                              : (p->x_mm > q->x_mm) - (p->x_mm < q->x_mm);
}

/* A speck of ink that is bluer than paper has a rim in the filter that looks yellow, fainter than
 * the speck itself. */
static bool is_rim(const struct work *work, const float *at, double clear)
{
    int width = work->dip.width, reach = odd_pixels(RIM_MM, work) / 2;
    float limit = (float)-fmax(*at, clear);
    for (int v = -reach; v <= reach; v++)
        for (int u = -reach; u <= reach; u++)
            if (at[v * width + u] < limit)
                return true;
    return false;
}

/* How many of the dots, deepest first: the bound on noise must not cut through dots alike, or their
 * places between pixels would decide which are seen. */
static int worth_keeping(const struct dot_field *field, double clear)
{
    double in2 = field->visible_mm2 / (MM_PER_INCH * MM_PER_INCH);
    int n = 0, most = (int)(PEAKS_PER_IN2 * in2), most_clear = (int)(CLEAR_PER_IN2 * in2);
    while (n < field->n && (n < most || (n < most_clear && field->dot[n].depth > clear)))
        n++;
    return n;
}

static bool collect(const struct work *work, double least, double clear, struct dot_field *field,
                    struct err *err)
{
    int width = work->dip.width, height = work->dip.height;
    int edge = odd_pixels(SURROUND_MM, work) / 2, room = 0;
    for (int y = edge; y < height - edge; y++)
        for (int x = edge; x < width - edge; x++) {
            const float *at = work->dip.data + (size_t)y * (size_t)width + x;
            if (!(*at > least) || image_row(&work->ink, y)[x] || !is_peak(at, width) ||
                is_rim(work, at, clear))
                continue;
            if (field->n == room) {
                room = room ? 2 * room : 4096;
                struct dot *more = realloc(field->dot, sizeof *more * (size_t)room);
                if (!more)
                    return err_set(err, "out of memory for tracking dots");
                field->dot = more;
            }
            double u = work->x +
                       work->factor *
                           (x + 0.5 + parabola_vertex((double)at[-1], (double)*at, (double)at[1]));
            double v =
                work->y +
                work->factor *
                    (y + 0.5 + parabola_vertex((double)at[-width], (double)*at, (double)at[width]));
            field->dot[field->n++] = (struct dot){(float)(u * work->mm[0] / work->factor),
                                                  (float)(v * work->mm[1] / work->factor), *at};
        }
    if (field->n)
        qsort(field->dot, (size_t)field->n, sizeof *field->dot, deepest_first);
    field->n = worth_keeping(field, clear);
    return true;
}

/* The map: a cell counts where most of its pixels are bare. */
static bool map_visible(const struct work *work, struct dot_field *field, struct err *err)
{
    int width = (int)(field->box_mm[2] / DOTS_VISIBLE_MM) + 1,
        height = (int)(field->box_mm[3] / DOTS_VISIBLE_MM) + 1;
    int edge = odd_pixels(SURROUND_MM, work) / 2;
    if (!image_create(&field->visible, width, height, 1, err))
        return false;
    for (int j = 0; j < height; j++)
        for (int i = 0; i < width; i++) {
            int left = (int)(i * DOTS_VISIBLE_MM / work->mm[0]),
                right = (int)((i + 1) * DOTS_VISIBLE_MM / work->mm[0]),
                top = (int)(j * DOTS_VISIBLE_MM / work->mm[1]),
                low = (int)((j + 1) * DOTS_VISIBLE_MM / work->mm[1]), bare = 0;
            if (left < edge || top < edge || right > work->ink.width - edge ||
                low > work->ink.height - edge)
                continue;
            for (int y = top; y < low; y++)
                for (int x = left; x < right; x++)
                    bare += !image_row(&work->ink, y)[x];
            if (bare <= SEEN_SHARE * (right - left) * (low - top))
                continue;
            image_row(&field->visible, j)[i] = 255;
            field->visible_mm2 += DOTS_VISIBLE_MM * DOTS_VISIBLE_MM;
        }
    return true;
}

bool dots_find(const struct image *rgb, const int box_px[4], const double paper_rgb[3],
               struct dot_field *ret, struct err *err)
{
    struct work work = {0};
    struct dot_field field = {0};
    double middle = 0;
    if (rgb->channels != 3 || !(rgb->dpi_x >= DOTS_DPI_MIN - WORK_DPI_SLACK) ||
        !(rgb->dpi_y >= DOTS_DPI_MIN - WORK_DPI_SLACK))
        return err_set(err, "tracking dots need a colour scan of %.0f dpi or more", DOTS_DPI_MIN);
    double *sample = malloc(sizeof *sample * (SAMPLES_MAX + 1));
    bool ok = sample || err_set(err, "out of memory for tracking dots");
    ok = ok && reduce(rgb, box_px, paper_rgb, &work, err) && mask_print(&work, sample, err) &&
         filter(&work, err);
    if (ok) {
        field.box_mm[0] = work.x * work.mm[0] / work.factor;
        field.box_mm[1] = work.y * work.mm[1] / work.factor;
        field.box_mm[2] = work.ink.width * work.mm[0];
        field.box_mm[3] = work.ink.height * work.mm[1];
        ok = map_visible(&work, &field, err);
        if (ok && robust(&work.dip, &work.ink, sample, &middle, &field.noise))
            ok = collect(&work, middle + PEAK_SDS * field.noise, middle + CLEAR_SDS * field.noise,
                         &field, err);
    }
    work_finish(&work);
    free(sample);
    if (!ok) {
        dot_field_finish(&field);
        return false;
    }
    *ret = field;
    return true;
}

void dot_field_finish(struct dot_field *field)
{
    free(field->dot);
    image_finish(&field->visible);
    *field = (struct dot_field){0};
}

bool dot_field_sees(const struct dot_field *field, double x_mm, double y_mm)
{
    double i = floor((x_mm - field->box_mm[0]) / DOTS_VISIBLE_MM),
           j = floor((y_mm - field->box_mm[1]) / DOTS_VISIBLE_MM);
    return i >= 0 && j >= 0 && i < field->visible.width && j < field->visible.height &&
           image_row(&field->visible, (int)j)[(int)i];
}
