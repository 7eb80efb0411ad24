/* enrol_parts: the steps of enrolment (enrol_design.c is their table of contents). Samples are
 * aligned to one of them, what all share is cut into elements, each element's picture is the median
 * of the aligned samples. What stays in memory of every sample are its 150-dpi reductions; its raw
 * images as well, as long as they fit. */
#ifndef POSTWACHT_ENROL_PARTS_H
#define POSTWACHT_ENROL_PARTS_H

#include "classifier/enrol_blocks.h"
#include "classifier/enrol.h"
#include "classifier/measure.h"
#include "classifier/model.h"
#include "classifier/parallel.h"
#include "classifier/screens.h"
#include "imaging/codec.h"

#define ENROL_MAX_SAMPLES 200

struct sample {
    const struct enrol_sample *files;
    int design; /* -1: none */
    bool used;  /* takes part in what is learnt now */
    char why_not[256];
    struct codec_info how[SIDE_COUNT];
    struct image raw[SIDE_COUNT]; /* between sample_open and sample_close, or as long as kept */
    bool kept;
    struct scan scan;
    struct side_patches patches[SIDE_COUNT];
    struct cv_features features[SIDE_COUNT]; /* at SIDE_REDUCED_DPI */
    double dpi;
    bool swap;                      /* its scan's back carries the template's front */
    bool has[SIDE_COUNT];           /* template side s is in the scan */
    struct affine page[SIDE_COUNT]; /* template mm -> page mm of the scan side that carries it */
    double agreement;               /* with the reference, 0..1 for each side */
    int found;                      /* elements found in it */
};

enum side_name sample_scan_side(const struct sample *sample, enum side_name template_side);
void sample_leave_out(struct sample *sample, const char *why);
int samples_used(const struct sample *sample, int n);

/* Reads and prepares the scans of all samples; those that cannot be read are not used and say why.
 */
bool samples_read(struct sample *sample, int n, struct err *err);
void samples_finish(struct sample *sample, int n);
/* Raw images are there in between. One thread at a time may have a sample open. */
bool sample_open(struct sample *sample, struct err *err);
void sample_close(struct sample *sample);

/* A part of the page that the samples share. */
struct shared_part {
    enum side_name side;
    double box_mm[4];
    int exemplar; /* sample that shows it best */
    int n_seen;
    const char *kind; /* when a person marked it; else NULL */
};

/* What enrol_find_parts is told of a side. */
struct page_layout {
    enum side_name side;
    double size_mm[2];
    const double *window_mm;       /* x, y, w, h; NULL: there is no window */
    const struct enrol_part *part; /* that a person marked, of both sides */
    int n_parts;
};

/* Aligns all used samples to the one that agrees best with the others; template mm are that
 * sample's page as fed. Those that share no print with it are left out. Needs the reductions. */
bool enrol_align(struct sample *sample, int n, double ret_size_mm[2], struct err *err);

/* Shared parts of one side in the template frame, at most max; none within the window. ret_page:
 * median ink strength of the samples at SIDE_REDUCED_DPI. Fails when the samples share nothing in a
 * part that a person marked. */
bool enrol_find_parts(const struct sample *sample, int n, const struct page_layout *layout,
                      struct shared_part *ret, int max, int *ret_n, struct image *ret_page,
                      struct err *err);

/* Whether most samples have a window at one place of the side; template mm. */
bool enrol_find_window(const struct sample *sample, int n, enum side_name side,
                       struct template_window *ret);

/* Degrees clockwise that make the median page upright, by how well text reads. */
bool enrol_upright(const struct image *median_page, struct ocr *ocr, int *ret_turn,
                   struct err *err);

/* Samples' crops of every element at the enrolment's resolution. */
struct element_crops {
    struct template_element data; /* box, side, dpi, name and kind once known */
    const char *marked;           /* its kind when a person marked it; else NULL */
    int n;
    struct image *crop; /* RGB, all of one size; crop[k] comes from sample[k] */
    int *sample;
    struct image middle[3];  /* by enrol_settle: the values about the median of all crops */
    struct screens *screens; /* by enrol_screens: of each crop */
};
bool enrol_cut(struct sample *sample, int n, const struct shared_part *part, int n_parts,
               const double size_mm[2], double dpi, struct element_crops *ret, struct err *err);
void element_crops_finish(struct element_crops *crops);

/* Once, when all crops are there and before any median is asked for. */
bool enrol_settle(struct element_crops *crops, struct err *err);

/* Median of the crops, leaving out sample `without` (-1: none), and the mask of its ink. */
bool enrol_median(const struct element_crops *crops, int without, struct image *ret_picture,
                  struct image *ret_mask, struct err *err);

/* Measures the screens of every crop of n elements; afterwards the elements' data tell what the
 * crops have in common, and _learn what those but sample `without` (-1: none) have. */
bool enrol_screens(struct element_crops *element, int n, struct err *err);
void enrol_screens_learn(const struct element_crops *crops, int without,
                         struct screens_learnt *ret);

/* Of the crops the one that is neither the most nor the least like the median picture; it stays
 * the crops' own. There must be one. */
const struct image *enrol_typical(const struct element_crops *crops, const struct image *picture);

/* The model that these crops make, leaving out sample `without` (-1: none). */
bool enrol_model(const struct element_crops *crops, int n, const double size_mm[2], int without,
                 struct model **ret, struct err *err);

/* Reads the pictures and names the elements. */
bool enrol_name(struct element_crops *element, int n, struct ocr *ocr, struct err *err);

#endif
