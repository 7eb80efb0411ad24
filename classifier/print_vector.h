/* print_vector: how one sheet's print measured, as one row of numbers (print_samples.h). A column
 * is a check of edges or solids of the table of checks; its value the median over the elements that
 * show it, as far as each lies from what that element showed at enrolment: one element may lie
 * under a crease, and elements that are covered take no part. */
#ifndef POSTWACHT_PRINT_VECTOR_H
#define POSTWACHT_PRINT_VECTOR_H

#include "classifier/check.h"
#include "schemas/template.h"

#define PRINT_MEASURES_MIN 2 /* fewer say too little of how a sheet was printed */

/* Whether the check makes a column. */
bool print_vector_takes(const struct check *check);

/* The values of a screening in the columns of data->print; what is spoilt by the scan's faults is
 * NAN. Returns how many are measured. */
int print_vector_of(const struct screening *screening, const struct template_data *data,
                    double ret[PRINT_FEATURES_MAX]);

/* How many checks a sheet of this origin could be learnt by, with or without a column. */
int print_vector_measures(const struct screening *screening, enum print_origin origin,
                          const struct template_data *data);

/* The screening's values as another sheet of data->print, whose origin and group *sheet tells; with
 * a column for checks that have none yet. False when fewer than PRINT_MEASURES_MIN are measured. */
bool print_vector_learn(const struct screening *screening, const struct print_sheet *sheet,
                        struct template_data *data);

#endif
