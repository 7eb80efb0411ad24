/* enrol_design: one design of the firm's envelopes, as it is learnt from the samples that are in
 * use. Samples that contradict the others are pointed out and left out; the majority decides what
 * is genuine. */
#ifndef POSTWACHT_ENROL_DESIGN_H
#define POSTWACHT_ENROL_DESIGN_H

#include "classifier/enrol_parts.h"

struct buf;

/* What the checks found on one sample, screened by the template that the others make. */
struct sample_value {
    const struct check *check;
    int element; /* -1: the sheet */
    struct check_value value;
};
struct sample_values {
    struct sample_value *value;
    int n;
};

struct design {
    const char *name;
    const struct enrol_part *marked; /* by a person */
    int n_marked;
    struct sample *sample; /* all samples; those in use are learnt from */
    int n;
    struct ocr *const *ocr; /* one for each worker */
    double size_mm[2];
    struct shared_part part[TEMPLATE_ELEMENTS_MAX];
    struct element_crops element[TEMPLATE_ELEMENTS_MAX];
    int n_elements;
    struct sample_values *values; /* of every sample */
    bool *doubtful;               /* samples about which a person should think again */
    struct template_data data;
};

bool design_create(const char *name, struct sample *sample, int n, struct ocr *const *ocr,
                   struct design **ret, struct err *err);
void design_destroy(struct design *design);

/* Everything from aligning to the spread of every check. Leaves out samples that share nothing with
 * the others or contradict them, and says why; fails when fewer than ENROL_MIN_SAMPLES are left or
 * they share no print. */
bool design_learn(struct design *design, struct buf *report, struct err *err);

/* Screens every sample in use with the template that the others make. */
bool design_measure(struct design *design, struct err *err);
/* Leaves out the sample that the others contradict most, if any; marks doubtful ones. */
bool design_point_out(struct design *design, struct err *err);
/* Samples in use on which the element is missing from bare paper. */
int design_missing(const struct design *design, int element);
/* From the values of the samples in use to the statistics of the template. */
void design_spread(struct design *design);
/* After that: the samples' print as sheets of data.print, and the centres they refer to. */
void design_print(struct design *design);
/* Looks for tracking dots on the samples in use. */
bool design_dots(struct design *design, struct err *err);

/* Writes the template's folder. */
bool design_write(struct design *design, const char *out_dir, struct err *err);
void design_report(const struct design *design, struct buf *report);

#endif
