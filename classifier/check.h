/* check: one thing that is measured on a sheet. A check is one file in checks/ that defines a
 * `const struct check check_NAME` and one line CHECK(NAME) in checks.def. It includes this header,
 * and that of a measurement which no other check needs. It measures; judging against the genuine
 * envelopes is the same for all (judge.h). */
#ifndef POSTWACHT_CHECK_H
#define POSTWACHT_CHECK_H

#include "classifier/sheet_view.h"
#include "schemas/base/err.h"
#include "schemas/screening.h"

struct check_value {
    enum outcome outcome;
    double value;
    char note[160];
    bool has_place;
    double place_mm[4];        /* x, y, w, h in the element, or for checks of the sheet: */
    enum side_name place_side; /* on this side of the template's page: where to look */
    bool has_detail;
    double detail[READING_DETAILS]; /* numbers behind the value, see the check's file; else 0 */
};

/* Faults of a scan, against those of the enrolment. */
enum image_fault { FAULT_COMPRESSED = 1, FAULT_FAINT = 2, FAULT_BLURRED = 4 };

enum check_direction { HIGH_IS_STRANGE, LOW_IS_STRANGE, BOTH_ARE_STRANGE };
enum check_kind {
    CHECK_CONTENT, /* what is printed where: a contradiction alone decides */
    CHECK_PRINT,   /* how it was printed, and what others may have done to it: several must agree */
    CHECK_IMAGE,   /* how well the scan shows it: points nowhere, but limits what others may say */
    CHECK_CLAIM    /* whose sheet it says to be: never weighed */
};

/* Of CHECK_PRINT: measures of the same thing go together, and are one opinion. */
enum check_looks_at {
    LOOKS_AT_EDGES,
    LOOKS_AT_SOLIDS,
    LOOKS_AT_COLOUR,
    LOOKS_AT_PAPER,
    LOOKS_AT_FORMAT,
    LOOKS_AT_THE_REST, /* of the envelope, where the firm prints nothing */
    LOOKS_AT_N
};

struct check {
    const char *name;     /* stable key */
    const char *measures; /* in a few words, for page and manual */
    const char *unit;
    const char *reason; /* second half of the reason key: ELEMENT_reason */
    enum check_kind kind;
    enum check_direction direction;
    enum check_looks_at looks_at;
    bool of_marks;   /* once per mark of the template; the index is the mark's */
    bool of_sheet;   /* once per sheet instead of once per element; element_index is -1 */
    bool reads_text; /* measured against the element's text: correcting that voids what was
                        learnt */
    bool seconds;    /* a second opinion: counts only where another check of content finds the same
                        element strange */
    unsigned spoils; /* of CHECK_IMAGE: the fault of the scan that a strange value is */
    unsigned spoils_print; /* likewise for checks of print, which suffer sooner: from a value that
                              is beyond the genuine ones by more than this share of them: */
    double spoils_beyond;
    unsigned spoilt_by; /* faults of the scan with which the values say nothing */
    bool alone;         /* an extreme value needs no second opinion, only another kind of print
                           that points there: neither handling nor scanning makes it all
                           over an element, which is what the value tells */
    bool shown_only;  /* learnt, shown and part of the likelihood ratio, but never weighed: what is
                         done to an envelope changes it as much as how it was printed */
    bool log_scale;   /* values are positive and vary by factors */
    double floor_sd;  /* repeatability that no number of samples may undercut: in the unit, or
                         relative when log_scale */
    double slack;     /* deviation, in the unit, that never counts; 0 with log_scale */
    double agreement; /* log10 units that an ordinary value speaks for genuine: 0 when most
                         imitations agree as well */
    bool (*run)(const struct sheet_view *view, int element_index, struct check_value *ret,
                struct err *err);
};

#define CHECK(name) extern const struct check check_##name;
#include "classifier/checks.def"
#undef CHECK

/* For checks of print: whether the element was found and scanned as finely as the enrolment, so
 * that its print may be measured. Sets ret to unmeasurable, with a note when the resolution is why.
 */
bool print_comparable(const struct sheet_view *view, int element_index, struct check_value *ret);
/* The same, and that it has clear edges enough, solid print enough, or enough to see a screen. */
bool edges_comparable(const struct sheet_view *view, int element_index, struct check_value *ret);
bool solids_comparable(const struct sheet_view *view, int element_index, struct check_value *ret);
bool screens_comparable(const struct sheet_view *view, int element_index, struct check_value *ret);
/* A texture, as a share of the print's contrast, less what a faint scan can have added: where
 * contrast is lost the print's own texture stays the same share of it, but the scanner's noise
 * becomes a larger one. All of it is taken for noise, so this is the least that it was. */
double texture_at_least(const struct sheet_view *view, double texture);

extern const struct check *const checks[];
extern const int n_checks;
const struct check *check_find(const char *name);

#endif
