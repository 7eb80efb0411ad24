/* template_add: genuine sheets that come after enrolment. A person gives them as genuine; each is
 * screened with the template as it stands, and what the program would not have called genuine is
 * handed back with its reasons, to be confirmed or not. What was measured on those that are taken
 * extends what the template knows of genuine sheets. */
#ifndef POSTWACHT_TEMPLATE_ADD_H
#define POSTWACHT_TEMPLATE_ADD_H

#include "classifier/enrol.h"
#include "schemas/screening.h"
#include "schemas/template.h"

struct add_sheet {
    struct enrol_sample files;
    bool confirmed; /* a person looked at the reasons and says that it is genuine */
};

enum add_outcome {
    ADD_TAKEN,
    ADD_TAKEN_CONFIRMED, /* although the program pointed it out */
    ADD_POINTED_OUT,     /* left out; can be confirmed */
    ADD_IMPOSSIBLE       /* left out; `why` says what to do instead */
};

struct add_answer {
    enum add_outcome outcome;
    enum verdict_class verdict;
    int n_reasons;
    char reason[SCREENING_REASONS_MAX][REASON_SIZE]; /* of the verdict */
    char why[512];
};

/* Answers for all n sheets; a new version of dir when at least one was taken, else dir stays as it
 * is. ret_before and ret_after: the template without and with them. */
bool template_add(const char *dir, const struct add_sheet *sheet, int n, const char *data_dir,
                  struct add_answer *ret, struct template_data *ret_before,
                  struct template_data *ret_after, struct err *err);

/* What two groups of values show together; exact. Both of one check. */
void template_stat_merge(const struct template_stat *more, struct template_stat *ret);

/* The measured readings of one genuine screening into data. */
void template_learn_screening(const struct screening *screening, struct template_data *data);

#endif
