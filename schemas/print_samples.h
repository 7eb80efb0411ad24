/* print_samples: how the firm's print measured, sheet by sheet, on genuine envelopes and on
 * imitations that the firm printed itself (`postwacht imitate`). Part of template.json. Kept sheet
 * by sheet, not summed up: leaving one out, calibrating and reporting need each of them, and
 * another sheet is added by writing it down.
 *
 * A value is the median over the elements of how far the check's value lies from the element's
 * `centre` (struct template_stat), in the scale the check judges in; NAN where nothing could be
 * measured. */
#ifndef POSTWACHT_PRINT_SAMPLES_H
#define POSTWACHT_PRINT_SAMPLES_H

#include <stdbool.h>

struct err;

#define PRINT_FEATURES_MAX 16
#define PRINT_SHEETS_MAX 200 /* of each origin; the latest: more make no model better */
#define PRINT_GROUP_SIZE 48

enum print_origin { PRINT_GENUINE, PRINT_IMITATION, PRINT_ORIGIN_COUNT };
extern const char *const print_origin_names[PRINT_ORIGIN_COUNT];

/* What a column holds. A check that measures in another unit today measures something else. */
struct print_feature {
    char check[32];
    char unit[16];
};

struct print_sheet {
    enum print_origin origin;
    char group[PRINT_GROUP_SIZE]; /* print run of a genuine one, printer of an imitation, or "" */
    char technology[12];          /* of an imitation: laser, inkjet or "" */
    double value[PRINT_FEATURES_MAX];
};

struct print_samples {
    int n_features;
    struct print_feature feature[PRINT_FEATURES_MAX];
    int n_sheets; /* in the order they were learnt */
    struct print_sheet sheet[PRINT_ORIGIN_COUNT * PRINT_SHEETS_MAX];
};

/* The column of a check, -1 when there is none; _add makes one, as long as there is room. */
int print_samples_column(const struct print_samples *samples, const char *check, const char *unit);
int print_samples_add_column(struct print_samples *samples, const char *check, const char *unit);
int print_samples_count(const struct print_samples *samples, enum print_origin origin);
/* When there are too many of its origin, the oldest of them is forgotten. */
void print_samples_add(struct print_samples *samples, const struct print_sheet *sheet);
/* Refuses what cannot have been written by print_samples_add: columns twice, values without one. */
bool print_samples_check(const struct print_samples *samples, struct err *err);

#endif
