/* What was learnt, as a template's folder and as lines for a person. */
#include "classifier/enrol_design.h"

#include "imaging/codec.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/template_store.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ADVISED_SAMPLES 20

static bool save(const char *dir, const char *name, const struct image *image, struct err *err)
{
    char path[PATH_SIZE];
    return path_join(path, dir, name, err) && image_save_png_small(path, image, err);
}

static bool write_element(struct element_crops *element, const char *dir, struct err *err)
{
    struct template_element *data = &element->data;
    struct image picture = {0}, mask = {0};
    char name[sizeof data->name];
    memcpy(name, data->name, sizeof name);
    snprintf(data->picture, sizeof data->picture, "%s.png", name);
    snprintf(data->mask, sizeof data->mask, "%s_mask.png", name);
    snprintf(data->sample, sizeof data->sample, "%s_sample.png", name);
    bool ok = enrol_median(element, -1, &picture, &mask, err);
    mask.dpi_x = mask.dpi_y = data->dpi;
    ok = ok && save(dir, data->picture, &picture, err) && save(dir, data->mask, &mask, err) &&
         save(dir, data->sample, enrol_typical(element, &picture), err);
    image_finish(&picture);
    image_finish(&mask);
    return ok;
}

static bool note_used_scans(struct design *design, struct err *err)
{
    for (int i = 0; i < design->n; i++) {
        const struct sample *sample = &design->sample[i];
        const char *front = sample->files->path[SIDE_FRONT];
        if (sample->used &&
            !template_note_scan(&design->data, sample->files->id,
                                front ? front : sample->files->path[SIDE_BACK], err))
            return false;
    }
    return true;
}

/* The version before stays in the folder; a failure leaves all as it was. */
bool design_write(struct design *design, const char *out_dir, struct err *err)
{
    struct template_data *data = &design->data;
    struct template_work work;
    char change[64];
    snprintf(data->name, sizeof data->name, "%s", design->name);
    memcpy(data->size_mm, design->size_mm, sizeof data->size_mm);
    data->n_samples = samples_used(design->sample, design->n);
    data->n_elements = design->n_elements;
    snprintf(change, sizeof change, "enrolled from %d envelopes", data->n_samples);
    if (!note_used_scans(design, err) || !template_begin(out_dir, &work, err))
        return false;
    bool ok = true;
    for (int i = 0; ok && i < design->n_elements; i++) {
        ok = write_element(&design->element[i], work.part, err);
        data->element[i] = design->element[i].data;
    }
    if (ok)
        return template_commit(&work, NULL, data, change, err);
    template_abandon(&work);
    return false;
}

static void report_stat(const struct template_stat *stat, struct buf *report)
{
    const struct check *check = check_find(stat->check);
    double middle = check && check->log_scale ? exp(stat->mean) : stat->mean;
    buf_printf(report, "      %-16s %9.3g %-6s (%.3g to %.3g, %d samples)\n", stat->check, middle,
               stat->unit, stat->lo, stat->hi, stat->n);
}

static void report_element(const struct template_element *data, struct buf *report)
{
    buf_printf(report, "  %s (%s), %.1f x %.1f mm at %.1f, %.1f; clear in %d samples", data->name,
               side_names[data->side], data->box_mm[2], data->box_mm[3], data->box_mm[0],
               data->box_mm[1], data->n_seen);
    buf_puts(report, data->text[0] ? ": \"" : "\n");
    for (const char *p = data->text; *p; p++)
        buf_putc(report, (unsigned char)*p < 0x20 ? '/' : *p);
    buf_puts(report, data->text[0] ? "\"\n" : "");
    for (int k = 0; k < data->n_stats; k++)
        report_stat(&data->stat[k], report);
}

void design_report(const struct design *design, struct buf *report)
{
    const struct template_data *data = &design->data;
    for (int i = 0; i < design->n; i++)
        if (design->sample[i].used && design->doubtful[i])
            buf_printf(report, "  used, but look at it: %s: %s\n", design->sample[i].files->id,
                       design->sample[i].why_not);
    buf_printf(report, "  %d samples, envelope %.1f x %.1f mm, learnt at %.0f dpi\n",
               data->n_samples, data->size_mm[0], data->size_mm[1], data->dpi);
    if (data->has_window)
        buf_printf(report, "  window (%s), %.1f x %.1f mm at %.1f, %.1f; seen in %d samples\n",
                   side_names[data->window.side], data->window.box_mm[2], data->window.box_mm[3],
                   data->window.box_mm[0], data->window.box_mm[1], data->window.n_seen);
    for (int i = 0; i < design->n_elements; i++)
        report_element(&design->element[i].data, report);
    for (int k = 0; k < data->n_stats; k++)
        report_stat(&data->stat[k], report);
    if (data->has_dots)
        buf_printf(report, "  tracking dots: on %d of %d samples on which they could be seen\n",
                   data->dots.n_found, data->dots.n_looked);
    if (data->n_samples < ADVISED_SAMPLES)
        buf_printf(report,
                   "  advice: %d samples carry little; enrol %d from 3 print runs when you "
                   "have them\n",
                   data->n_samples, ADVISED_SAMPLES);
}
