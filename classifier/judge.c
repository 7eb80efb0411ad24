/* One class: the firm's own envelopes. A value is compared with the distribution of the next
 * genuine one: Student's t about the mean of n samples, whose spread is sd * sqrt(1 + 1/n) and the
 * check's own repeatability in quadrature, with Welch and Satterthwaite's effective degrees of
 * freedom (the repeatability counts as well known). The weight is -log10 of the tail
 * probability beyond what is ordinary (one in ten), and never more than log10 n: n envelopes cannot
 * carry a stronger statement than n to one. It orders and adds up evidence; it is not a calibrated
 * likelihood ratio. The surprisal is the same tail without cap: it tells a value at the border of
 * the ordinary from one that no genuine envelope will ever show. */
#include "classifier/judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ORDINARY_LOG10 1.0 /* a tail of one in ten is nothing remarkable */
#define STRANGE_WEIGHT 0.3 /* from a tail of one in twenty on, a reading points to imitation */
#define USUAL_T 1.5        /* within this, it points to genuine */
#define TAIL_MIN 1e-12     /* smaller is beyond any model of measuring */
#define FLOOR_DOF 100.0    /* the repeatability is known from many measurements */
#define RANGE_T 2.0        /* of the range shown to people */
#define LOG_VALUE_MIN 1e-6
#define SAMPLES_MIN 3

/* Continued fraction of the incomplete beta function (Abramowitz & Stegun 26.5.8, Lentz). */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double h = d;
    for (int m = 1; m < 300; m++) {
        for (int odd = 0; odd < 2; odd++) {
            double term = odd ? -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
                              : m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 + term * d;
            c = 1 + term / c;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = fabs(c) < tiny ? tiny : c;
            h *= d * c;
        }
        if (fabs(d * c - 1) < 1e-12)
            break;
    }
    return h;
}

static double incomplete_beta(double a, double b, double x)
{
    if (x <= 0)
        return 0;
    if (x >= 1)
        return 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                     : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double student_tail(double t, double dof)
{
    double half = 0.5 * incomplete_beta(dof / 2, 0.5, dof / (dof + t * t));
    return t >= 0 ? half : 1 - half;
}

double judge_scale(const struct check *check, double value)
{
    return check->log_scale ? log(fmax(value, LOG_VALUE_MIN)) : value;
}

static double from_scale(const struct check *check, double value)
{
    return check->log_scale ? exp(value) : value;
}

void judge_learn(const struct check *check, const double *value, int n, struct template_stat *ret)
{
    struct template_stat stat = {.n = n};
    snprintf(stat.check, sizeof stat.check, "%s", check->name);
    snprintf(stat.unit, sizeof stat.unit, "%s", check->unit);
    for (int i = 0; i < n; i++) {
        stat.mean += judge_scale(check, value[i]) / n;
        stat.lo = i == 0 || value[i] < stat.lo ? value[i] : stat.lo;
        stat.hi = i == 0 || value[i] > stat.hi ? value[i] : stat.hi;
    }
    for (int i = 0; i < n && n > 1; i++)
        stat.sd += pow(judge_scale(check, value[i]) - stat.mean, 2) / (n - 1);
    stat.sd = sqrt(stat.sd);
    *ret = stat;
}

/* How far beyond the ordinary, as a tail probability of the next genuine value. */
struct deviation {
    double t;    /* signed, slack taken off */
    double tail; /* of the strange direction(s) */
};

static struct deviation deviation_of(const struct check *check, const struct template_stat *stat,
                                     double value)
{
    double spread = stat->sd * stat->sd * (1 + 1.0 / stat->n);
    double floor = check->floor_sd * check->floor_sd;
    double dof = pow(spread + floor, 2) /
                 (spread * spread / (stat->n - 1) + floor * floor / FLOOR_DOF + 1e-30);
    double off = judge_scale(check, value) - stat->mean;
    double beyond = fmax(0, fabs(off) - check->slack);
    struct deviation ret = {.t = copysign(beyond, off) / sqrt(spread + floor + 1e-30)};
    switch (check->direction) {
    case HIGH_IS_STRANGE:
        ret.tail = student_tail(ret.t, dof);
        break;
    case LOW_IS_STRANGE:
        ret.tail = student_tail(-ret.t, dof);
        break;
    case BOTH_ARE_STRANGE:
        ret.tail = 2 * student_tail(fabs(ret.t), dof);
        break;
    }
    return ret;
}

static void show_range(const struct check *check, const struct template_stat *stat,
                       struct reading *ret)
{
    double spread =
        sqrt(stat->sd * stat->sd * (1 + 1.0 / stat->n) + check->floor_sd * check->floor_sd);
    ret->genuine[0] = from_scale(check, stat->mean - RANGE_T * spread);
    ret->genuine[1] = from_scale(check, stat->mean + RANGE_T * spread);
    if (stat->lo >= 0) /* lengths, shares and distances do not go below nothing */
        ret->genuine[0] = fmax(0, ret->genuine[0]);
    if (check->direction == LOW_IS_STRANGE) /* correlations and shares end at 1 */
        ret->genuine[1] = fmin(1, ret->genuine[1]);
    ret->has_genuine = true;
    ret->genuine_n = stat->n;
}

static void set_reason(const char *element, const char *kind, struct reading *ret)
{
    snprintf(ret->reason, sizeof ret->reason, "%.30s%s%.30s", element, element[0] ? "_" : "", kind);
}

void judge_value(const struct check *check, const char *element, const struct template_stat *stat,
                 const struct check_value *value, struct reading *ret)
{
    snprintf(ret->check, sizeof ret->check, "%s", check->name);
    snprintf(ret->element, sizeof ret->element, "%s", element);
    snprintf(ret->unit, sizeof ret->unit, "%s", check->unit);
    snprintf(ret->note, sizeof ret->note, "%s", value->note);
    ret->outcome = value->outcome;
    ret->value = value->value;
    ret->has_detail = value->has_detail && value->outcome != OUTCOME_ABSENT;
    if (ret->has_detail)
        memcpy(ret->detail, value->detail, sizeof ret->detail);
    ret->points = POINTS_NEITHER;
    ret->weight = ret->surprisal = 0;
    if (!stat || stat->n < SAMPLES_MIN)
        return;
    if (strcmp(stat->unit, check->unit) != 0) { /* an older version measured something else */
        snprintf(ret->note, sizeof ret->note, "learnt in %.16s: enrol anew to have it judged",
                 stat->unit);
        return;
    }
    show_range(check, stat, ret);
    double cap = log10(stat->n);
    if (value->outcome == OUTCOME_ABSENT) {
        ret->points = POINTS_IMITATION;
        ret->weight = cap;
        ret->surprisal = -log10(TAIL_MIN); /* ink does not vanish */
        set_reason(element, "missing", ret);
    } else if (value->outcome == OUTCOME_MEASURED) {
        struct deviation off = deviation_of(check, stat, value->value);
        ret->surprisal = -log10(fmax(off.tail, TAIL_MIN));
        double weight = fmin(cap, ret->surprisal - ORDINARY_LOG10);
        if (check->kind == CHECK_IMAGE || check->shown_only) /* the former limits what others say */
            return;
        if (weight >= STRANGE_WEIGHT) {
            ret->points = POINTS_IMITATION;
            ret->weight = weight;
            set_reason(element, check->reason, ret);
        } else if (fabs(off.t) < USUAL_T) {
            ret->points = POINTS_GENUINE;
            ret->weight = -check->agreement;
        }
    }
}
