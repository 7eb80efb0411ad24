/* The samples' scans. Decoding is most of the work of an enrolment (0.4 s a side at 600 dpi), so
 * the raw images stay in memory as long as there is room, and are read again where there is not. */
#include "classifier/enrol_parts.h"

#include "imaging/codec.h"
#include "schemas/base/err.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MEMORY_SHARE 4 /* of the machine's memory, a quarter is for raw images */

static const struct cv_orb orb_of_sample = {.n_features = 4000,
                                            .scale_factor = 1.2,
                                            .levels = 3,
                                            .edge = 20,
                                            .patch = 31,
                                            .fast_threshold = 10};

enum side_name sample_scan_side(const struct sample *sample, enum side_name template_side)
{
    return sample->swap ? (enum side_name)(1 - template_side) : template_side;
}

void sample_leave_out(struct sample *sample, const char *why)
{
    sample->used = false;
    snprintf(sample->why_not, sizeof sample->why_not, "%.255s", why);
}

int samples_used(const struct sample *sample, int n)
{
    int used = 0;
    for (int i = 0; i < n; i++)
        used += sample[i].used;
    return used;
}

static void free_raw(struct sample *sample)
{
    for (int s = 0; s < SIDE_COUNT; s++) {
        sample->scan.side[s].raw = NULL;
        image_finish(&sample->raw[s]);
    }
}

static bool load_raw(struct sample *sample, struct err *err)
{
    for (int s = 0; s < SIDE_COUNT; s++)
        if (sample->files->path[s] && !image_load(sample->files->path[s], sample->files->dpi,
                                                  &sample->raw[s], &sample->how[s], err)) {
            free_raw(sample);
            return false;
        }
    return true;
}

static size_t raw_bytes(const struct sample *sample)
{
    size_t sum = 0;
    for (int s = 0; s < SIDE_COUNT; s++)
        sum += sample->raw[s].stride * (size_t)sample->raw[s].height;
    return sum;
}

static bool derive(struct sample *sample, struct err *err)
{
    bool ok = scan_prepare(sample->raw, &sample->scan, err) &&
              scan_patches(&sample->scan, sample->patches, err);
    for (int s = 0; ok && s < SIDE_COUNT; s++)
        if (sample->scan.has[s]) {
            ok = cv_orb_features(&sample->scan.strength[s], NULL, &orb_of_sample,
                                 &sample->features[s], err);
            sample->dpi = sample->scan.side[s].dpi;
        }
    return ok;
}

static void sample_finish(struct sample *sample)
{
    scan_finish(&sample->scan);
    free_raw(sample);
    for (int s = 0; s < SIDE_COUNT; s++) {
        side_patches_finish(&sample->patches[s]);
        cv_features_finish(&sample->features[s]);
    }
}

struct reading_samples {
    struct sample *sample;
    size_t room[PARALLEL_WORKERS_MAX]; /* bytes of raw images that each worker may still keep */
};

/* An image that cannot be read costs its sample, never the enrolment. */
static bool read_one(void *ctx, int item, int worker, struct err *err)
{
    (void)err;
    struct reading_samples *reading = ctx;
    struct sample *sample = &reading->sample[item];
    struct err reason;
    if (sample->why_not[0])
        return true;
    if (!load_raw(sample, &reason) || !derive(sample, &reason)) {
        sample_finish(sample);
        sample->dpi = 0;
        sample_leave_out(sample, reason.text);
        return true;
    }
    sample->used = true;
    size_t bytes = raw_bytes(sample);
    sample->kept = bytes <= reading->room[worker];
    if (sample->kept)
        reading->room[worker] -= bytes;
    else
        free_raw(sample);
    return true;
}

static size_t room_for_raw(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (size_t)pages * (size_t)size / MEMORY_SHARE : 0;
}

bool samples_read(struct sample *sample, int n, struct err *err)
{
    struct reading_samples reading = {.sample = sample};
    int workers = parallel_workers();
    for (int w = 0; w < workers; w++)
        reading.room[w] = room_for_raw() / (size_t)workers;
    return parallel_run(n, read_one, &reading, err);
}

void samples_finish(struct sample *sample, int n)
{
    for (int i = 0; i < n; i++)
        sample_finish(&sample[i]);
}

bool sample_open(struct sample *sample, struct err *err)
{
    if (!sample->kept && !load_raw(sample, err))
        return false;
    for (int s = 0; s < SIDE_COUNT; s++) {
        const struct side *side = &sample->scan.side[s];
        if (!sample->scan.has[s])
            continue;
        sample->scan.side[s].raw = &sample->raw[s];
        if (!sample->raw[s].data ||
            side->dpi != (sample->raw[s].dpi_x + sample->raw[s].dpi_y) / 2) {
            sample_close(sample);
            return err_set(err, "%.200s was replaced while it was read", sample->files->path[s]);
        }
    }
    return true;
}

void sample_close(struct sample *sample)
{
    if (!sample->kept)
        free_raw(sample);
}
