/* print_model: how the print of one origin measures, as the distribution of the next sheet. Pure
 * numbers; what the columns mean is the caller's (print_evidence.h). NAN stands for what could not
 * be measured, in the sheets that are learnt from and in the one that is asked about. */
#ifndef POSTWACHT_PRINT_MODEL_H
#define POSTWACHT_PRINT_MODEL_H

#include <stdbool.h>

#define PRINT_MODEL_COLUMNS 16

struct print_rows {
    int n, columns;
    const double (*value)[PRINT_MODEL_COLUMNS];
    const double *weight; /* of each row, > 0; 0 leaves it out */
};

struct print_model {
    int columns;
    double dof;
    double mean[PRINT_MODEL_COLUMNS];
    double scale[PRINT_MODEL_COLUMNS][PRINT_MODEL_COLUMNS]; /* of the t, not its covariance */
};

/* `independent`: how many things the rows are drawn from that vary by themselves (sheets, or
 * printers): one less are the degrees of freedom. floor_sd: repeatability of each column, that no
 * number of rows may undercut. False when a column has less than two values. */
bool print_model_learn(const struct print_rows *rows, const double *floor_sd, int independent,
                       struct print_model *ret);

/* Natural logarithm of the density of the columns of x that are measured; 0 when none is. */
double print_model_log_density(const struct print_model *model, const double *x);

#endif
