/* enrol: learns templates from scans of genuine envelopes and writes each as a folder. */
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
    const char *group;            /* print run, or printer of an imitation; NULL or "": not known */
};

/* A part that a person marked: where it stands in mm of the template, as `postwacht template show`
 * prints it. It replaces what enrolment finds there by itself. */
struct enrol_part {
    const char *kind; /* logo, sender, slogan or mark */
    enum side_name side;
    double box_mm[4]; /* x, y, w, h */
};
#define ENROL_PARTS_MAX 16

struct enrol_request {
    const char *name, *out_dir;
    const char *data_dir; /* postcodes by country, once senders abroad are learnt */
    const struct enrol_sample *sample;
    int n_samples;
    const struct enrol_part *part; /* of the design with most samples */
    int n_parts;
};

/* Writes out_dir (NAME.template: template.json and element images) atomically: what was there stays
 * unless learning succeeded. The samples may be of several designs or formats: the one with most
 * samples becomes NAME, each further one with ENROL_MIN_SAMPLES or more NAME-2, NAME-3, ... in a
 * folder beside it. A sample that is not learnt from stands in the report as
 * "  not used: ID: why": it cannot be read, is one of too few of its design, or the others
 * contradict it (an imitation). Appends to report what was learnt, in plain lines for a terminal.
 * Fails, naming those that were not used, when fewer than ENROL_MIN_SAMPLES are left or they share
 * no print, or none where a person marked a part. Works on all cores. */
bool enrol_learn(const struct enrol_request *request, struct buf *report, struct err *err);

#endif
