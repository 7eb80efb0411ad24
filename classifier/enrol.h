/* enrol: learns a template from scans of genuine envelopes and writes it as a folder. */
#ifndef POSTWACHT_ENROL_H
#define POSTWACHT_ENROL_H

#include "schemas/sheet.h"

struct err;
struct buf;

#define ENROL_MIN_SAMPLES 5

struct enrol_sample {
    const char *id;
    const char *path[SIDE_COUNT]; /* back may be NULL */
    double dpi;                   /* 0: from the files */
};

/* Writes out_dir (NAME.template: template.json and element images) atomically: an existing one is
 * replaced only when learning succeeded. Appends to report what was learnt, in plain lines for a
 * terminal. Fails when fewer than ENROL_MIN_SAMPLES can be read or they share nothing. */
bool enrol_learn(const char *name, const struct enrol_sample *sample, int n_samples,
                 const char *out_dir, const char *data_dir, struct buf *report, struct err *err);

#endif
