/* Order of light: the lamp's light enters the paper through the ink, spreads, and leaves through
 * the ink again: R = t * (t spread), t = sqrt(factor) (Yule-Nielsen with a real spread function).
 * The optics then blur with a Gaussian MTF and sample. Work goes by blocks; a block without ink
 * needs paper, lid and noise only. */
#include "tests/simulator/scan.h"
#include "tests/simulator/fast.h"

#include "schemas/base/err.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 96          /* scanner pixels a side */
#define REACH_PX 12       /* patch pixels around a block for the two blurs of any scanner */
#define BLUR_REACH 2.8    /* of a blur, in its sd: what lies further adds under half a percent */
#define TEXTURE_SIZE 1024 /* scanner pixels before the fibre texture repeats: 43 mm at 600 dpi */
#define FORMATION_SIZE 256
#define FORMATION_CELL_MM 0.5
#define NOISE_SIZE 65536
#define GAMMA_STEPS 8192
#define GAMMA 2.2
#define SHADOW_MM 0.5     /* of the paper's edge on the lid */
#define FORMATION_STEP 16 /* scanner pixels between two looks at the clouds */

struct scanner scanner_draw(double dpi, struct rng machine)
{
    struct scanner s = {.dpi = dpi};
    s.mtf_sigma_px = rng_range(&machine, 0.45, 0.7);
    for (int c = 0; c < 3; c += 2)
        for (int axis = 0; axis < 2; axis++)
            s.shift_px[c][axis] =
                (rng_chance(&machine, 0.5) ? 1 : -1) * rng_range(&machine, 0.07, 0.28);
    s.noise_levels = rng_range(&machine, 1, 2);
    s.stretch_x = 1 + rng_range(&machine, -0.002, 0.002);
    s.stretch_y = 1 + rng_range(&machine, -0.006, 0.006);
    static const double lids[BACKINGS] = {5, 3, 2};
    s.backing = (enum backing)rng_weighted(&machine, lids, BACKINGS);
    s.n_streaks = rng_chance(&machine, 0.3) ? 1 + rng_int(&machine, 2) : 0;
    s.dust_per_side = rng_range(&machine, 1, 12);
    s.white = rng_range(&machine, 0.92, 1.0);
    return s;
}

struct work {
    const struct envelope *envelope;
    const struct canvas *canvas;
    const struct scanner *scanner;
    const struct feed *feed;
    double optics_px;      /* sd of the optics and of this scan's extra blur, scanner pixels */
    struct affine to_page; /* scanner pixel centre to mm */
    struct field texture, formation;
    double texture_sd;
    float *noise;
    float gamma[GAMMA_STEPS + 1]; /* linear 0..1 to levels */
    float lid[3];
    float *plane[5]; /* three channels, scratch, light before it spreads */
    size_t plane_cap;
    struct rng rng;
};

static bool work_init(struct work *work, struct rng rng)
{
    const struct paper *paper = &work->envelope->paper;
    const struct scanner *s = work->scanner;
    double extra = work->feed->blur_px;
    work->optics_px = extra > 0 ? hypot(s->mtf_sigma_px, extra) : s->mtf_sigma_px;
    double px_um = 25400 / s->dpi, optics = work->optics_px * px_um, fibre = paper->texture_um / 2;
    double seen = hypot(fibre, optics);
    struct rng r = rng_fork(&rng, "surface");
    work->texture = field_make(TEXTURE_SIZE, 2 * seen / px_um, &r);
    work->texture_sd = paper->texture_sd * fibre / seen; /* blur takes contrast off fine texture */
    work->formation = field_make(FORMATION_SIZE, paper->formation_mm / FORMATION_CELL_MM, &r);
    work->noise = malloc(NOISE_SIZE * sizeof *work->noise);
    for (int i = 0; work->noise && i < NOISE_SIZE; i++)
        work->noise[i] = (float)(s->noise_levels * rng_gauss(&r));
    for (int i = 0; i <= GAMMA_STEPS; i++)
        work->gamma[i] = (float)(255 * pow((double)i / GAMMA_STEPS, 1 / GAMMA));
    if (work->feed->fade > 0) { /* a scanner's contrast control turns about the paper's level */
        double paper_light = fmin((double)paper->reflectance[1] / s->white, 1);
        float level = work->gamma[(int)(paper_light * GAMMA_STEPS)];
        for (int i = 0; i <= GAMMA_STEPS; i++)
            work->gamma[i] += (level - work->gamma[i]) * (float)work->feed->fade;
    }
    static const float lids[BACKINGS] = {0.015f, 0.2f, 0.86f};
    for (int c = 0; c < 3; c++)
        work->lid[c] = lids[s->backing] / (float)s->white;
    work->rng = rng;
    return work->texture.v && work->formation.v && work->noise;
}

static void work_finish(struct work *work)
{
    field_finish(&work->texture);
    field_finish(&work->formation);
    free(work->noise);
    for (int i = 0; i < 5; i++)
        free(work->plane[i]);
}

/* Separable Gaussian on a float plane through a scratch plane; edges repeat. */
FAST_VECTOR static void blur(float *v, float *scratch, int w, int h, double sigma)
{
    enum { MOST = 60 };
    float tap[MOST + 1];
    int reach = (int)ceil(sigma * BLUR_REACH);
    if (sigma < 0.15)
        return;
    if (reach > MOST)
        reach = MOST;
    float sum = 0;
    for (int i = 0; i <= reach; i++) {
        tap[i] = (float)exp(-0.5 * i * i / (sigma * sigma));
        sum += i ? 2 * tap[i] : tap[i];
    }
    for (int i = 0; i <= reach; i++)
        tap[i] /= sum;
    for (int y = 0; y < h; y++) {
        const float *row = v + (size_t)y * (size_t)w;
        float *out = scratch + (size_t)y * (size_t)w;
        memcpy(out, row, (size_t)w * sizeof *out);
        for (int x = reach; x < w - reach; x++)
            out[x] = tap[0] * row[x];
        for (int i = 1; i <= reach; i++)
            for (int x = reach; x < w - reach; x++)
                out[x] += tap[i] * (row[x - i] + row[x + i]);
    }
    for (int y = reach; y < h - reach; y++) {
        float *out = v + (size_t)y * (size_t)w;
        const float *mid = scratch + (size_t)y * (size_t)w;
        for (int x = 0; x < w; x++)
            out[x] = tap[0] * mid[x];
        for (int i = 1; i <= reach; i++) {
            const float *a = mid - (size_t)i * (size_t)w, *b = mid + (size_t)i * (size_t)w;
            for (int x = 0; x < w; x++)
                out[x] += tap[i] * (a[x] + b[x]);
        }
    }
}

struct patch { /* the canvas around a block, as the scanner's optics deliver it */
    bool ink;
    int reduce; /* canvas pixels to a patch pixel: the optics need two samples a scanner pixel */
    int x0, y0, w, h; /* patch pixels */
    float *channel[3];
};

static bool work_reserve(struct work *work, size_t n)
{
    for (int i = 0; i < 5 && n > work->plane_cap; i++) {
        free(work->plane[i]);
        work->plane[i] = malloc(n * sizeof(float));
        if (!work->plane[i])
            return false;
    }
    work->plane_cap = n > work->plane_cap ? n : work->plane_cap;
    return true;
}

/* Means of r x r pixels, in place. */
static void reduce(float *v, int w, int h, int r)
{
    float share = 1.0f / (float)(r * r);
    for (int y = 0; y < h / r; y++)
        for (int x = 0; x < w / r; x++) {
            float sum = 0;
            for (int j = 0; j < r; j++)
                for (int i = 0; i < r; i++)
                    sum += v[(size_t)(y * r + j) * (size_t)w + (size_t)(x * r + i)];
            v[(size_t)y * (size_t)(w / r) + (size_t)x] = sum * share;
        }
}

/* In through the ink, spread, out through the ink; then the optics. w, h in canvas pixels. */
static void deliver(struct work *work, float *v, int w, int h, int r)
{
    float *in = work->plane[4], *scratch = work->plane[3];
    size_t n = (size_t)w * (size_t)h;
    double spread = work->envelope->paper.optical_um * CANVAS_DPI / 25400;
    double optics = work->optics_px * CANVAS_DPI / work->scanner->dpi;
    for (size_t i = 0; i < n; i++)
        in[i] = v[i] = sqrtf(v[i]);
    blur(v, scratch, w, h, spread);
    for (size_t i = 0; i < n; i++)
        v[i] *= in[i];
    if (r > 1)
        reduce(v, w, h, r);
    double mean_of_r = (r * r - 1) / 12.0; /* variance that the means already brought */
    blur(v, scratch, w / r, h / r, sqrt(fmax(optics * optics - mean_of_r, 0)) / r);
}

static bool fetch_patch(struct work *work, int bx, int by, int bw, int bh, struct patch *ret)
{
    struct box page = affine_box(&work->to_page, (struct box){bx, by, bw, bh});
    struct patch p = {.reduce = (int)fast_max(1, floor(CANVAS_DPI / (2 * work->scanner->dpi)))};
    double blurred = work->feed->blur_px * CANVAS_DPI / work->scanner->dpi; /* canvas pixels */
    int r = p.reduce, reach = REACH_PX * r + (int)ceil(blurred * BLUR_REACH);
    p.x0 = (int)floor((canvas_px(page.x) - reach) / r);
    p.y0 = (int)floor((canvas_px(page.y) - reach) / r);
    p.w = (int)ceil((canvas_px(page.x + page.w) + reach) / r) - p.x0;
    p.h = (int)ceil((canvas_px(page.y + page.h) + reach) / r) - p.y0;
    int x = p.x0 * r, y = p.y0 * r, w = p.w * r, h = p.h * r;
    p.ink = canvas_any(work->canvas, x, y, x + w, y + h);
    if (p.ink) {
        if (!work_reserve(work, (size_t)w * (size_t)h))
            return false;
        for (int c = 0; c < 3; c++)
            p.channel[c] = work->plane[c];
        canvas_fetch(work->canvas, x, y, w, h, p.channel[0], p.channel[1], p.channel[2]);
        for (int c = 0; c < 3; c++)
            deliver(work, p.channel[c], w, h, r);
    }
    *ret = p;
    return true;
}

/* x, y in canvas pixels. */
static float patch_at(const struct patch *p, int c, double cx, double cy)
{
    double x = cx / p->reduce - 0.5, y = cy / p->reduce - 0.5;
    int fx = fast_floor(x), fy = fast_floor(y), ix = fx - p->x0, iy = fy - p->y0;
    if (ix < 0 || iy < 0 || ix + 1 >= p->w || iy + 1 >= p->h)
        return 1;
    const float *v = p->channel[c] + (size_t)iy * (size_t)p->w + ix;
    float ax = (float)(x - fx), ay = (float)(y - fy);
    float top = v[0] + ax * (v[1] - v[0]), low = v[p->w] + ax * (v[p->w + 1] - v[p->w]);
    return top + ay * (low - top);
}

/* Share of a pixel that is paper, and how much shade the lid gets beside it. */
static float inside(const struct work *work, double x, double y, float *ret_shade)
{
    const struct canvas *c = work->canvas;
    double edge = fast_min(fast_min(x, c->w_mm - x), fast_min(y, c->h_mm - y)); /* mm inside */
    double px = edge * work->scanner->dpi / MM_PER_INCH;
    double ramp = 1 + work->feed->blur_px * sqrt(2 * M_PI); /* as steep as the blurred edge */
    *ret_shade = 1;
    if (px > ramp)
        return 1;
    double right = fast_max(x - c->w_mm, y - c->h_mm);
    double shade =
        edge < 0 && edge > -SHADOW_MM ? (right > 0 ? 0.55 : 0.25) * (1 + edge / SHADOW_MM) : 0;
    *ret_shade = (float)(1 - shade);
    return fast_clamp((float)(px / ramp) + 0.5f, 0, 1);
}

static double cloud_at(const struct work *work, double x, double y)
{
    return work->envelope->paper.formation_sd *
           (double)field_at(&work->formation, x / FORMATION_CELL_MM, y / FORMATION_CELL_MM);
}

static void scan_row(struct work *work, const struct patch *patch, int bx, int y, int bw,
                     uint8_t *out, uint32_t noise_at)
{
    const struct scanner *s = work->scanner;
    const float *paper = work->envelope->paper.reflectance;
    double px_per_mm = s->dpi / MM_PER_INCH, x, v, cloud = 0, cloud_next = 0, cloud_step = 0;
    const struct affine *m = &work->to_page;
    for (int i = 0; i < bw; i++) {
        affine_apply(m, bx + i + 0.5, y + 0.5, &x, &v);
        float shade, share = inside(work, x, v, &shade);
        float lin[3];
        if (i % FORMATION_STEP == 0) {
            double ax, ay;
            affine_apply(m, bx + i + FORMATION_STEP + 0.5, y + 0.5, &ax, &ay);
            cloud = i ? cloud_next : cloud_at(work, x, v);
            cloud_next = cloud_at(work, ax, ay);
            cloud_step = (cloud_next - cloud) / FORMATION_STEP;
        }
        cloud += cloud_step;
        float light = 1;
        if (share > 0)
            light += (float)(cloud + work->texture_sd * field_nearest(&work->texture,
                                                                      (int)(x * px_per_mm),
                                                                      (int)(v * px_per_mm)));
        for (int c = 0; c < 3; c++) {
            float ink = 1;
            if (share > 0 && patch->ink) {
                double sx = bx + i + 0.5 + s->shift_px[c][0], sy = y + 0.5 + s->shift_px[c][1];
                double cx, cy;
                affine_apply(m, sx, sy, &cx, &cy);
                ink = patch_at(patch, c, canvas_px(cx), canvas_px(cy));
            }
            float sheet = paper[c] * light * ink / (float)s->white;
            lin[c] = share * sheet + (1 - share) * work->lid[c] * shade;
        }
        for (int c = 0; c < 3; c++) {
            float q = fast_clamp(lin[c], 0, 1) * GAMMA_STEPS;
            float level =
                work->gamma[(int)q] + work->noise[(noise_at + (uint32_t)(i * 3 + c)) % NOISE_SIZE];
            out[i * 3 + c] = (uint8_t)(level < 0 ? 0 : level > 254.5f ? 255 : (int)(level + 0.5f));
        }
    }
}

static bool scan_blocks(struct work *work, struct scan_image *image)
{
    for (int by = 0; by < image->h; by += BLOCK)
        for (int bx = 0; bx < image->w; bx += BLOCK) {
            int bw = bx + BLOCK < image->w ? BLOCK : image->w - bx;
            int bh = by + BLOCK < image->h ? BLOCK : image->h - by;
            struct patch patch;
            if (!fetch_patch(work, bx, by, bw, bh, &patch))
                return false;
            for (int y = by; y < by + bh; y++) {
                uint32_t at = (uint32_t)rng_u64(&work->rng);
                scan_row(work, &patch, bx, y, bw,
                         image->rgb + ((size_t)y * (size_t)image->w + (size_t)bx) * 3, at);
            }
        }
    return true;
}

/* (1 - depth)^(1/gamma) in levels, for a depth of at most one; three terms of its series. */
static double level_factor(double depth)
{
    const double g = 1 / GAMMA;
    return 1 - depth * g * (1 + depth * (1 - g) / 2 * (1 + depth * (2 - g) / 3));
}

/* Multiplies a Gaussian spot into the finished image; absorb is the depth of a pixel-sized spot. */
static void spot(struct scan_image *image, double x, double y, double radius_px, double sigma_px,
                 const float absorb[3])
{
    double variance = sigma_px * sigma_px + radius_px * radius_px / 4, reach = 3 * sqrt(variance);
    double peak = fmin(radius_px * radius_px / (2 * variance), 1);
    for (int py = (int)floor(y - reach); py <= (int)ceil(y + reach); py++)
        for (int px = (int)floor(x - reach); px <= (int)ceil(x + reach); px++) {
            if (px < 0 || py < 0 || px >= image->w || py >= image->h)
                continue;
            double d2 = (px + 0.5 - x) * (px + 0.5 - x) + (py + 0.5 - y) * (py + 0.5 - y);
            double depth = peak * exp(-0.5 * d2 / variance);
            uint8_t *v = image->rgb + ((size_t)py * (size_t)image->w + (size_t)px) * 3;
            for (int c = 0; c < 3; c++)
                v[c] = (uint8_t)(v[c] * level_factor(depth * (double)absorb[c]) + 0.5);
        }
}

static void draw_specks(const struct work *work, const struct side *side,
                        const struct affine *to_px, struct scan_image *image)
{
    double um = work->scanner->dpi / 25400;
    for (int i = 0; i < side->n_specks; i++) {
        const struct speck *s = &side->speck[i];
        double x, y;
        if (canvas_covered(&side->canvas, (double)s->x_mm, (double)s->y_mm))
            continue;
        affine_apply(to_px, (double)s->x_mm, (double)s->y_mm, &x, &y);
        float absorb[3];
        for (int c = 0; c < 3; c++)
            absorb[c] = s->absorb[c] * (float)(1 - work->feed->fade);
        spot(image, x, y, (double)s->radius_um * um, work->optics_px, absorb);
    }
}

static void draw_dust(const struct work *work, struct scan_image *image, struct rng rng)
{
    static const float grey[3] = {0.5f, 0.5f, 0.5f};
    int n = (int)(work->scanner->dust_per_side * 2 * rng_unit(&rng));
    double px = work->scanner->dpi / 25400;
    for (int i = 0; i < n; i++)
        spot(image, rng_range(&rng, 0, image->w), rng_range(&rng, 0, image->h),
             rng_range(&rng, 20, 90) * px, 0.7, grey);
    struct rng glass = rng_make(1, "streaks");
    for (int i = 0; i < work->scanner->n_streaks; i++) {
        int x = (int)rng_range(&glass, 0, image->w);
        double depth = rng_range(&glass, 0.90, 0.975);
        for (int y = 0; y < image->h; y++) {
            uint8_t *v = image->rgb + ((size_t)y * (size_t)image->w + (size_t)x) * 3;
            for (int c = 0; c < 3; c++)
                v[c] = (uint8_t)(v[c] * depth + 0.5);
        }
    }
}

/* The upright side, turned as it was fed, stretched and skewed, in an image with lid around it. A
 * sheet that was fed beside the scan area reaches over an edge of the image. */
static struct affine placement(const struct envelope *e, const struct scanner *s,
                               const struct feed *f, struct rng *rng, int *ret_w, int *ret_h)
{
    double k = s->dpi / MM_PER_INCH;
    struct affine turn = affine_about(e->w_mm / 2, e->h_mm / 2, -f->orientation + f->skew, 1, 0, 0);
    double along = s->stretch_y * (1 + f->stretch);
    struct affine stretch = {k * s->stretch_x, 0, 0, k * along, 0, 0};
    struct affine map = affine_after(stretch, turn);
    struct box b = affine_box(&map, (struct box){0, 0, e->w_mm, e->h_mm});
    double margin = f->margin_mm * k;
    double lost = f->crop_mm * k;
    double left = margin * rng_range(rng, 0.5, 1.5), right = 2 * margin - left;
    double top = margin * rng_range(rng, 0.5, 1.5), low = 2 * margin - top;
    if (lost > 0) {
        left = f->crop_edges & EDGE_LEFT ? -lost : left;
        right = f->crop_edges & EDGE_RIGHT ? -lost : right;
        top = f->crop_edges & EDGE_TOP ? -lost : top;
        low = f->crop_edges & EDGE_LOW ? -lost : low;
    }
    map.tx += left - b.x;
    map.ty += top - b.y;
    *ret_w = (int)ceil(left + b.w + right);
    *ret_h = (int)ceil(top + b.h + low);
    return map;
}

bool scan_side(const struct envelope *envelope, enum art_side side, const struct scanner *scanner,
               const struct feed *feed, struct rng rng, struct scan_image *ret,
               struct affine *page_to_px, struct err *err)
{
    struct work *work = calloc(1, sizeof *work);
    struct scan_image image = {.dpi = scanner->dpi};
    if (!work)
        return err_set(err, "out of memory");
    struct rng place = rng_fork(&rng, "place");
    struct affine to_px = placement(envelope, scanner, feed, &place, &image.w, &image.h);
    work->envelope = envelope;
    work->canvas = &envelope->side[side].canvas;
    work->scanner = scanner;
    work->feed = feed;
    work->to_page = affine_inverse(to_px);
    image.rgb = malloc((size_t)image.w * (size_t)image.h * 3);
    bool fine = image.rgb && !work->canvas->failed && work_init(work, rng_fork(&rng, "scan")) &&
                scan_blocks(work, &image);
    if (fine) {
        draw_specks(work, &envelope->side[side], &to_px, &image);
        draw_dust(work, &image, rng_fork(&rng, "dust"));
        *ret = image;
        if (page_to_px)
            *page_to_px = to_px;
    } else {
        free(image.rgb);
        err_set(err, "out of memory for a scan of %d x %d pixels", image.w, image.h);
    }
    work_finish(work);
    free(work);
    return fine;
}

void scan_image_finish(struct scan_image *image)
{
    free(image->rgb);
    image->rgb = NULL;
}
