/* The next sheet of a normal population of which n are known, and neither mean nor covariance
 * otherwise, follows a multivariate Student's t about the mean, with n - 1 degrees of freedom and
 * the covariance times 1 + 1/n (Kotz and Nadarajah, Multivariate t Distributions and Their
 * Applications, 2004, 1.1 and 1.10; Gelman et al., Bayesian Data Analysis, 3.6). Marginals of a t
 * are t with the same degrees of freedom: a column that is not measured is left out.
 *
 * With 10 sheets and 6 columns the sample covariance is nearly singular, and the directions in
 * which it is smallest, by which densities differ most, are noise. Three tenths of the way to its
 * own diagonal (Schaefer and Strimmer 2005 shrink to the same target) keep every variance and
 * weaken every correlation; the repeatability of each measure is added. A value that is missing
 * among the learnt ones leaves the variances as they are and weakens correlations too, and the
 * matrix stays positive: it is Z'Z of the scaled deviations, with zeros in the gaps. */
#include "classifier/print_model.h"

#include <math.h>
#include <string.h>

#define TO_DIAGONAL 0.3

/* Mean of one column and the sum of squared weights relative to the rows that have it. */
static bool column_mean(const struct print_rows *rows, int column, double *ret_mean,
                        double *ret_total, double *ret_squares)
{
    double total = 0, sum = 0, squares = 0;
    int n = 0;
    for (int i = 0; i < rows->n; i++) {
        double value = rows->value[i][column], weight = rows->weight[i];
        if (isnan(value) || weight <= 0)
            continue;
        total += weight;
        sum += weight * value;
        squares += weight * weight;
        n++;
    }
    if (n < 2)
        return false;
    *ret_mean = sum / total;
    *ret_total = total;
    *ret_squares = squares / (total * total);
    return true;
}

bool print_model_learn(const struct print_rows *rows, const double *floor_sd, int independent,
                       struct print_model *ret)
{
    struct print_model model = {.columns = rows->columns};
    double per_weight[PRINT_MODEL_COLUMNS]; /* what a unit of weight adds to the variance */
    for (int k = 0; k < rows->columns; k++) {
        double total, squares;
        if (!column_mean(rows, k, &model.mean[k], &total, &squares))
            return false;
        per_weight[k] = 1 / (total * (1 - squares));
    }
    for (int i = 0; i < rows->n; i++) {
        double z[PRINT_MODEL_COLUMNS];
        if (rows->weight[i] <= 0)
            continue;
        for (int k = 0; k < rows->columns; k++) {
            double off = rows->value[i][k] - model.mean[k];
            z[k] = isnan(off) ? 0 : sqrt(rows->weight[i] * per_weight[k]) * off;
        }
        for (int k = 0; k < rows->columns; k++)
            for (int l = 0; l < rows->columns; l++)
                model.scale[k][l] += z[k] * z[l];
    }
    double next = 1 + 1.0 / independent; /* the mean is not known better than that */
    for (int k = 0; k < rows->columns; k++) {
        for (int l = 0; l < rows->columns; l++)
            model.scale[k][l] *= next * (k == l ? 1 : 1 - TO_DIAGONAL);
        model.scale[k][k] += floor_sd[k] * floor_sd[k];
    }
    model.dof = fmax(1, independent - 1);
    *ret = model;
    return true;
}

/* L of scale = L L', in place below the diagonal. */
static bool cholesky(double a[PRINT_MODEL_COLUMNS][PRINT_MODEL_COLUMNS], int n)
{
    for (int k = 0; k < n; k++) {
        for (int l = 0; l < k; l++)
            a[k][k] -= a[k][l] * a[k][l];
        if (!(a[k][k] > 0))
            return false;
        a[k][k] = sqrt(a[k][k]);
        for (int i = k + 1; i < n; i++) {
            for (int l = 0; l < k; l++)
                a[i][k] -= a[i][l] * a[k][l];
            a[i][k] /= a[k][k];
        }
    }
    return true;
}

double print_model_log_density(const struct print_model *model, const double *x)
{
    double a[PRINT_MODEL_COLUMNS][PRINT_MODEL_COLUMNS], off[PRINT_MODEL_COLUMNS];
    int column[PRINT_MODEL_COLUMNS], n = 0;
    for (int k = 0; k < model->columns; k++)
        if (!isnan(x[k]))
            column[n++] = k;
    for (int i = 0; i < n; i++) {
        off[i] = x[column[i]] - model->mean[column[i]];
        for (int k = 0; k < n; k++)
            a[i][k] = model->scale[column[i]][column[k]];
    }
    if (n == 0 || !cholesky(a, n))
        return 0;
    double distance = 0, log_root = 0; /* squared Mahalanobis; log of the root of the determinant */
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < i; k++)
            off[i] -= a[i][k] * off[k];
        off[i] /= a[i][i];
        distance += off[i] * off[i];
        log_root += log(a[i][i]);
    }
    double dof = model->dof;
    return lgamma((dof + n) / 2) - lgamma(dof / 2) - n / 2.0 * log(dof * M_PI) - log_root -
           (dof + n) / 2 * log1p(distance / dof);
}
