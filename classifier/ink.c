#include "classifier/ink.h"

#include "schemas/base/err.h"

#include <math.h>
#include <string.h>

bool ink_strength(const struct image *rgb, const double paper_rgb[3], struct image *ret,
                  struct err *err)
{
    int channels = rgb->channels;
    if (channels != 1 && channels != 3)
        return err_set(err, "ink strength needs a grey or RGB image");
    struct image out = {0};
    if (!image_create(&out, rgb->width, rgb->height, 1, err))
        return false;
    int paper[3];
    for (int c = 0; c < 3; c++)
        paper[c] = (int)lround(paper_rgb[c]);
    for (int y = 0; y < rgb->height; y++) {
        const uint8_t *in = image_row(rgb, y);
        uint8_t *row = image_row(&out, y);
        for (int x = 0; x < rgb->width; x++, in += channels) {
            int drop = 0;
            for (int c = 0; c < channels; c++)
                if (paper[c] - in[c] > drop)
                    drop = paper[c] - in[c];
            row[x] = (uint8_t)drop;
        }
    }
    out.dpi_x = rgb->dpi_x;
    out.dpi_y = rgb->dpi_y;
    *ret = out;
    return true;
}

int image_percentile(const struct image *grey, const struct image *mask, double share)
{
    long count[256] = {0}, total = 0;
    for (int y = 0; y < grey->height; y++) {
        const uint8_t *row = image_row(grey, y);
        const uint8_t *use = mask ? image_row(mask, y) : NULL;
        for (int x = 0; x < grey->width; x++)
            if (!use || use[x])
                count[row[x]]++, total++;
    }
    double want = share * (double)total;
    double sum = 0;
    for (int v = 0; v < 256; v++) {
        sum += (double)count[v];
        if (sum > want)
            return v;
    }
    return 255;
}

double mask_share(const struct image *mask, const struct image *what)
{
    long in = 0, both = 0;
    for (int y = 0; y < mask->height; y++) {
        const uint8_t *m = image_row(mask, y), *w = image_row(what, y);
        for (int x = 0; x < mask->width; x++) {
            in += m[x] != 0;
            both += m[x] && w[x];
        }
    }
    return in ? (double)both / (double)in : 0;
}

long mask_area(const struct image *mask)
{
    long in = 0;
    for (int y = 0; y < mask->height; y++) {
        const uint8_t *row = image_row(mask, y);
        for (int x = 0; x < mask->width; x++)
            in += row[x] != 0;
    }
    return in;
}

bool mask_box(const struct image *mask, int ret_px[4])
{
    int left = mask->width, right = -1, top = -1, low = -1;
    for (int y = 0; y < mask->height; y++) {
        const uint8_t *row = image_row(mask, y);
        for (int x = 0; x < mask->width; x++)
            if (row[x]) {
                left = x < left ? x : left;
                right = x > right ? x : right;
                top = top < 0 ? y : top;
                low = y;
            }
    }
    if (right < 0)
        return false;
    ret_px[0] = left;
    ret_px[1] = top;
    ret_px[2] = right - left + 1;
    ret_px[3] = low - top + 1;
    return true;
}

void mask_and(struct image *mask, const struct image *other)
{
    for (int y = 0; y < mask->height; y++) {
        uint8_t *m = image_row(mask, y);
        const uint8_t *o = image_row(other, y);
        for (int x = 0; x < mask->width; x++)
            m[x] = m[x] && o[x] ? 255 : 0;
    }
}

void mask_minus(struct image *mask, const struct image *other)
{
    for (int y = 0; y < mask->height; y++) {
        uint8_t *m = image_row(mask, y);
        const uint8_t *o = image_row(other, y);
        for (int x = 0; x < mask->width; x++)
            if (o[x])
                m[x] = 0;
    }
}

double image_correlation(const struct image *a, const struct image *b, const struct image *mask)
{
    double n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
    for (int y = 0; y < a->height; y++) {
        const uint8_t *pa = image_row(a, y), *pb = image_row(b, y);
        const uint8_t *pm = mask ? image_row(mask, y) : NULL;
        for (int x = 0; x < a->width; x++) {
            if (pm && !pm[x])
                continue;
            double va = pa[x], vb = pb[x];
            n++;
            sa += va;
            sb += vb;
            saa += va * va;
            sbb += vb * vb;
            sab += va * vb;
        }
    }
    double va = n * saa - sa * sa, vb = n * sbb - sb * sb;
    return n > 0 && va > 0 && vb > 0 ? (n * sab - sa * sb) / sqrt(va * vb) : 0;
}
