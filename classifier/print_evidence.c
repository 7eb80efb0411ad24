/* Genuine envelopes are sheets of one printing house: each sheet is one of its kind. Prints of one
 * printer resemble each other more than another printer's: what the program will meet is a printer
 * that it does not know, and of those it knows as many as were printed on. Every printer weighs the
 * same, and the degrees of freedom are those of the printers, so that with two or three of them
 * this model claims little about where the next one lies.
 *
 * Whoever is asked must not have been learnt from: the scores by which the calibration is learnt
 * come from models without the sheet's print run or printer, when enough is left then, else
 * without the sheet alone. */
#include "classifier/print_evidence.h"

#include <math.h>
#include <string.h>

#define LEFT_MIN 5 /* sheets that a model needs when a whole group is held out */
#define SHEETS_MAX (PRINT_ORIGIN_COUNT * PRINT_SHEETS_MAX)
#define NOBODY (-1)

_Static_assert(PRINT_FEATURES_MAX <= PRINT_MODEL_COLUMNS, "a model holds all columns");

const char *const evidence_lack_names[LACK_COUNT] = {
    "", "few_genuine", "no_imitations", "few_imitations", "few_printers", "little_measured"};

/* The sheets in the columns that take part. */
struct table {
    int n;
    const struct print_sheet *sheet;
    double value[SHEETS_MAX][PRINT_MODEL_COLUMNS];
    bool usable[SHEETS_MAX];
    double floor_sd[PRINT_MODEL_COLUMNS];
};

static bool same_group(const struct print_sheet *a, const struct print_sheet *b)
{
    bool named = a->origin == PRINT_IMITATION || a->group[0]; /* unnamed prints: of one printer */
    return a == b || (named && a->origin == b->origin && strcmp(a->group, b->group) == 0);
}

/* Sheets of an origin that have a value in the column. */
static int count_measured(const struct print_samples *samples, enum print_origin origin, int column)
{
    int n = 0;
    for (int i = 0; i < samples->n_sheets; i++)
        n += samples->sheet[i].origin == origin && !isnan(samples->sheet[i].value[column]);
    return n;
}

/* A column counts when most sheets of both kinds have it, so that neither model guesses. */
static void choose_columns(const struct print_samples *samples, struct print_evidence *evidence)
{
    evidence->n_columns = 0;
    for (int k = 0; k < samples->n_features; k++) {
        const struct check *check = check_find(samples->feature[k].check);
        bool takes = check && print_vector_takes(check) &&
                     strcmp(check->unit, samples->feature[k].unit) == 0;
        for (int o = 0; takes && o < PRINT_ORIGIN_COUNT; o++)
            takes = 2 * count_measured(samples, (enum print_origin)o, k) >
                    print_samples_count(samples, (enum print_origin)o);
        if (takes)
            evidence->column[evidence->n_columns++] = k;
    }
}

static void fill_table(const struct print_samples *samples, const struct print_evidence *evidence,
                       struct table *ret)
{
    ret->n = samples->n_sheets;
    ret->sheet = samples->sheet;
    for (int k = 0; k < evidence->n_columns; k++)
        ret->floor_sd[k] = check_find(samples->feature[evidence->column[k]].check)->floor_sd;
    for (int i = 0; i < samples->n_sheets; i++) {
        int measured = 0;
        for (int k = 0; k < evidence->n_columns; k++) {
            ret->value[i][k] = samples->sheet[i].value[evidence->column[k]];
            measured += !isnan(ret->value[i][k]);
        }
        ret->usable[i] = measured >= PRINT_MEASURES_MIN;
    }
}

/* Usable sheets like sheet i that are left without its group. */
static int left_without(const struct table *table, int i)
{
    int n = 0;
    for (int j = 0; j < table->n; j++)
        n += table->usable[j] && table->sheet[j].origin == table->sheet[i].origin &&
             !same_group(&table->sheet[i], &table->sheet[j]);
    return n;
}

static bool is_held_out(const struct table *table, int held, bool with_group, int i)
{
    return held != NOBODY &&
           (i == held || (with_group && same_group(&table->sheet[held], &table->sheet[i])));
}

/* How many printers the chosen prints come from; the weight of each print makes every printer weigh
 * the same. */
static int weigh_printers(const struct table *table, double *weight)
{
    int printers = 0;
    double count[SHEETS_MAX];
    for (int i = 0; i < table->n; i++) {
        bool first = weight[i] > 0;
        count[i] = 0;
        for (int j = 0; j < table->n; j++) {
            bool together = weight[j] > 0 && same_group(&table->sheet[i], &table->sheet[j]);
            count[i] += together;
            first = first && !(together && j < i);
        }
        printers += first;
    }
    for (int i = 0; i < table->n; i++)
        weight[i] = weight[i] > 0 ? 1 / count[i] : 0;
    return printers;
}

/* Of the sheets of one origin, but for those that are held out. */
static bool learn(const struct table *table, const struct print_evidence *evidence,
                  enum print_origin origin, int held, struct print_model *ret)
{
    double weight[SHEETS_MAX];
    bool with_group = held != NOBODY && left_without(table, held) >= LEFT_MIN;
    int independent = 0;
    for (int i = 0; i < table->n; i++) {
        bool takes = table->usable[i] && table->sheet[i].origin == origin &&
                     !is_held_out(table, held, with_group, i);
        weight[i] = takes;
        independent += takes;
    }
    if (origin == PRINT_IMITATION)
        independent = weigh_printers(table, weight);
    const struct print_rows rows = {table->n, evidence->n_columns, table->value, weight};
    return independent > 0 && print_model_learn(&rows, table->floor_sd, independent, ret);
}

static double score(const struct print_model *genuine, const struct print_model *imitation,
                    const double *x)
{
    return (print_model_log_density(imitation, x) - print_model_log_density(genuine, x)) / M_LN10;
}

/* The score of every usable sheet by models without it. */
static void score_held_out(const struct table *table, const struct print_evidence *evidence,
                           struct held_out *ret)
{
    ret->n = 0;
    for (int i = 0; i < table->n; i++) {
        struct print_model own;
        bool imitation = table->sheet[i].origin == PRINT_IMITATION;
        if (!table->usable[i] || !learn(table, evidence, table->sheet[i].origin, i, &own))
            continue;
        ret->sheet[ret->n] = i;
        ret->trial[ret->n++] = (struct trial){
            .log10_lr = score(imitation ? &evidence->genuine : &own,
                              imitation ? &own : &evidence->imitation, table->value[i]),
            .imitation = imitation,
        };
    }
}

static int fewer_of_a_kind(const struct held_out *held)
{
    int imitations = 0;
    for (int i = 0; i < held->n; i++)
        imitations += held->trial[i].imitation;
    return imitations < held->n - imitations ? imitations : held->n - imitations;
}

static void count_sheets(const struct table *table, struct print_evidence *evidence)
{
    double weight[SHEETS_MAX];
    for (int i = 0; i < table->n; i++) {
        bool imitation = table->sheet[i].origin == PRINT_IMITATION;
        evidence->n_genuine += table->usable[i] && !imitation;
        evidence->n_imitations += table->usable[i] && imitation;
        weight[i] = table->usable[i] && imitation;
    }
    evidence->n_printers = weigh_printers(table, weight);
}

static enum evidence_lack lack_of(const struct print_evidence *evidence)
{
    if (evidence->n_imitations == 0)
        return LACK_IMITATIONS;
    if (evidence->n_genuine < EVIDENCE_SHEETS_MIN)
        return LACK_GENUINE;
    if (evidence->n_imitations < EVIDENCE_SHEETS_MIN)
        return LACK_MORE_PRINTS;
    if (evidence->n_printers < EVIDENCE_PRINTERS_MIN)
        return LACK_PRINTERS;
    return LACK_NOTHING;
}

void print_evidence_prepare(const struct print_samples *samples, struct print_evidence *ret)
{
    struct table table;
    struct held_out held;
    memset(ret, 0, sizeof *ret);
    choose_columns(samples, ret);
    fill_table(samples, ret, &table);
    count_sheets(&table, ret);
    ret->lack = lack_of(ret);
    if (ret->lack != LACK_NOTHING)
        return;
    if (!learn(&table, ret, PRINT_GENUINE, NOBODY, &ret->genuine) ||
        !learn(&table, ret, PRINT_IMITATION, NOBODY, &ret->imitation)) {
        ret->lack = LACK_MEASURES;
        return;
    }
    score_held_out(&table, ret, &held);
    if (fewer_of_a_kind(&held) < LEFT_MIN) { /* nothing to calibrate by */
        ret->lack = LACK_MEASURES;
        return;
    }
    calibration_learn(held.trial, held.n, &ret->calibration);
    ret->cap = log10(fmin(ret->n_genuine, ret->n_imitations));
}

static double capped(const struct print_evidence *evidence, const struct calibration *calibration,
                     double raw)
{
    return fmax(-evidence->cap, fmin(evidence->cap, calibration_apply(calibration, raw)));
}

void print_evidence_state(const struct print_evidence *evidence, const struct template_data *data,
                          struct screening *screening)
{
    double all[PRINT_FEATURES_MAX], x[PRINT_MODEL_COLUMNS];
    enum evidence_lack lack = evidence->lack;
    int measured = 0;
    print_vector_of(screening, data, all);
    for (int k = 0; k < evidence->n_columns; k++) {
        x[k] = all[evidence->column[k]];
        measured += !isnan(x[k]);
    }
    if (lack == LACK_NOTHING && measured < PRINT_MEASURES_MIN)
        lack = LACK_MEASURES;
    strcpy(screening->technology.lr_lack, evidence_lack_names[lack]);
    screening->technology.has_log10_lr = lack == LACK_NOTHING;
    screening->technology.lr_genuine = evidence->n_genuine;
    screening->technology.lr_imitations = evidence->n_imitations;
    screening->technology.lr_printers = evidence->n_printers;
    if (lack == LACK_NOTHING)
        screening->technology.log10_lr = capped(evidence, &evidence->calibration,
                                                score(&evidence->genuine, &evidence->imitation, x));
}

/* The calibration is learnt without the sheet's group as well. */
bool print_evidence_hold_out(const struct print_evidence *evidence,
                             const struct print_samples *samples, struct held_out *ret)
{
    struct table table;
    struct held_out raw;
    if (evidence->lack != LACK_NOTHING)
        return false;
    fill_table(samples, evidence, &table);
    score_held_out(&table, evidence, &raw);
    *ret = raw;
    for (int i = 0; i < raw.n; i++) {
        struct trial others[SHEETS_MAX];
        struct calibration calibration;
        bool with_group = left_without(&table, raw.sheet[i]) >= LEFT_MIN;
        int n = 0;
        for (int j = 0; j < raw.n; j++)
            if (!is_held_out(&table, raw.sheet[i], with_group, raw.sheet[j]))
                others[n++] = raw.trial[j];
        calibration_learn(others, n, &calibration);
        ret->trial[i].log10_lr = capped(evidence, &calibration, raw.trial[i].log10_lr);
    }
    return true;
}
