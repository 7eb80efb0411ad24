/* print_evidence: the likelihood ratio of a sheet's print: how much more likely it is on a print of
 * an office printer than on an envelope of the firm's own printing house. It speaks about how the
 * firm's print was printed and nothing else, takes no part in the verdict, and is given only when
 * the template carries enough of both: genuine envelopes, and imitations that the firm printed
 * itself on printers of its own. */
#ifndef POSTWACHT_PRINT_EVIDENCE_H
#define POSTWACHT_PRINT_EVIDENCE_H

#include "classifier/likelihood.h"
#include "classifier/print_model.h"
#include "classifier/print_vector.h"

/* A tenth of a sheet is no sheet: from ten on, a ratio can be as large as ten. */
#define EVIDENCE_SHEETS_MIN 10
#define EVIDENCE_PRINTERS_MIN 2 /* one tells nothing of how printers differ */

enum evidence_lack {
    LACK_NOTHING,
    LACK_GENUINE,     /* sheets with measured print */
    LACK_IMITATIONS,  /* none at all */
    LACK_MORE_PRINTS, /* there are some */
    LACK_PRINTERS,
    LACK_MEASURES, /* that both kinds show; of one sheet: that can be seen on it */
    LACK_COUNT
};
extern const char *const evidence_lack_names[LACK_COUNT]; /* keys of texts; "" for nothing */

struct print_evidence {
    enum evidence_lack lack; /* else the rest counts but the numbers does not */
    int n_genuine, n_imitations, n_printers;
    int n_columns, column[PRINT_FEATURES_MAX]; /* of print_samples, those that take part */
    struct print_model genuine, imitation;
    struct calibration calibration;
    double cap; /* log10 of the smaller number of sheets: so many to one is all they carry */
};

void print_evidence_prepare(const struct print_samples *samples, struct print_evidence *ret);

/* Fills the likelihood ratio in screening->technology, or why there is none. */
void print_evidence_state(const struct print_evidence *evidence, const struct template_data *data,
                          struct screening *screening);

/* What each learnt sheet would have been told, had neither it nor the others of its print run or
 * printer been learnt from. */
struct held_out {
    int n;
    int sheet[PRINT_ORIGIN_COUNT * PRINT_SHEETS_MAX]; /* index in samples */
    struct trial trial[PRINT_ORIGIN_COUNT * PRINT_SHEETS_MAX];
};
/* False when evidence lacks something. */
bool print_evidence_hold_out(const struct print_evidence *evidence,
                             const struct print_samples *samples, struct held_out *ret);

#endif
