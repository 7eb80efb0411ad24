/* findings: the reasons of a verdict with the readings behind each, numbered once, so that a marker
 * on the photo, the list on the page and the table on paper carry the same number. */
#ifndef POSTWACHT_FINDINGS_H
#define POSTWACHT_FINDINGS_H

#include "schemas/register/register.h"

#define FINDING_READINGS_MAX 12

struct finding {
    int number;         /* 1.. in the order of the verdict's reasons */
    const char *reason; /* view into the screening */
    int n_readings;
    const struct reading *reading[FINDING_READINGS_MAX]; /* views; may be none */
    const struct reading *pictured; /* the first with a crop to show, or NULL */
    bool against;                   /* some reading points to an imitation */
};

int findings_collect(const struct screening *screening, struct finding ret[SCREENING_REASONS_MAX]);

/* One numbered box to draw on the picture of a side. */
struct marker {
    int number;
    double box_mm[4];   /* clamped to the page */
    double label_mm[2]; /* centre of the number's disc, beside those of other markers */
    bool against;
};
#define MARKERS_MAX (SCREENING_REASONS_MAX * 2)
int findings_markers(const struct screening *screening, const struct finding *finding, int n,
                     enum side_name side, double disc_mm, struct marker ret[MARKERS_MAX]);

/* Pairs of pictures that show print close up; readings may share one. The number of the pair of a
 * reading, from 1 in the order of the readings, 0 when its pictures show something else; and the
 * first reading of a pair, NULL beyond the last. */
int print_pair_number(const struct screening *screening, const struct reading *reading);
const struct reading *print_pair(const struct screening *screening, int number);

/* The scan's side that shows the front (0) or the back (1) of the envelope. */
enum side_name side_shown(const struct screening *screening, int back);

/* The file of the item whose last name component is `name`; NULL for "" and for none. */
const struct reg_file *item_file(const struct reg_item *item, const char *name);
/* The kept image of one side: the master when there is one, else the raw file. */
const struct reg_file *item_image(const struct reg_item *item, enum side_name side);

#endif
