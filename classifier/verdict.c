/* The order of questions is that of a person at the desk:
 * 1. Does it claim to be ours? An element of ours that is found, or our name and address where the
 *    sender stands. Without a claim it is other people's mail, whatever else was measured.
 * 2. Is what is printed contradicted? Something missing on bare paper, altered, moved, worded
 *    otherwise: one contradiction that the samples can carry is enough.
 * 3. Is how it is printed contradicted? Edges and screens vary, so two kinds of measurement must
 *    agree; within one kind the median over the elements counts.
 * 4. Was enough seen to call it genuine? Else a person must look. */
#include "classifier/verdict.h"

#include "classifier/check.h"
#include "classifier/numbers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CLAIM_NCC 0.75       /* an element counts as found (locate.c) */
#define CONTENT_DECIDES 0.65 /* log10 units: all that five samples can carry (0.70) */
#define PRINT_DECIDES 1.0    /* ten to one, by two kinds of measurement at least */
#define PRINT_KINDS_MIN 2
#define PRINT_DOUBT 0.6 /* a person should look */

static bool is_kind(const struct reading *reading, enum check_kind kind)
{
    const struct check *check = check_find(reading->check);
    return check && check->kind == kind;
}

static bool claims(const struct screening *screening)
{
    int marks = 0;
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        if (reading->outcome != OUTCOME_MEASURED)
            continue;
        if (strcmp(reading->check, check_sender_text.name) == 0 &&
            reading->value >= SENDER_CLAIM_SCORE)
            return true;
        if (strcmp(reading->check, check_presence.name) != 0 || reading->value < CLAIM_NCC)
            continue;
        if (strncmp(reading->element, "mark", 4) != 0)
            return true;
        marks++; /* a line or a box alone is anybody's */
    }
    return marks >= 2;
}

/* Median weight over the elements for which this check was measured; false when for none. */
static bool check_weight(const struct screening *screening, const struct check *check, double *ret)
{
    double weight[SCREENING_READINGS_MAX];
    int n = 0;
    for (int i = 0; i < screening->n_readings; i++)
        if (strcmp(screening->reading[i].check, check->name) == 0 &&
            screening->reading[i].outcome == OUTCOME_MEASURED && screening->reading[i].has_genuine)
            weight[n++] = screening->reading[i].weight;
    if (!n)
        return false;
    *ret = median_of(weight, n);
    return true;
}

struct evidence {
    double content;  /* strongest contradiction of content */
    double print;    /* sum over kinds of measurement */
    int print_kinds; /* how many of them point to imitation */
    int present, hidden;
};

static struct evidence weigh(const struct screening *screening)
{
    struct evidence sum = {0};
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        if (is_kind(reading, CHECK_CONTENT) && reading->points == POINTS_IMITATION)
            sum.content = fmax(sum.content, reading->weight);
        if (strcmp(reading->check, check_presence.name) == 0) {
            sum.present += reading->outcome == OUTCOME_MEASURED && reading->value >= CLAIM_NCC;
            sum.hidden += reading->outcome == OUTCOME_OCCLUDED;
        }
    }
    for (int i = 0; i < n_checks; i++) {
        double weight;
        if (checks[i]->kind != CHECK_PRINT || !check_weight(screening, checks[i], &weight))
            continue;
        sum.print += weight;
        sum.print_kinds += weight > 0;
    }
    return sum;
}

/* Reasons of readings that point to imitation, strongest first. */
static void add_reasons(struct screening *screening, enum check_kind kind)
{
    for (;;) {
        const struct reading *best = NULL;
        for (int i = 0; i < screening->n_readings; i++) {
            const struct reading *reading = &screening->reading[i];
            if (reading->points != POINTS_IMITATION || !is_kind(reading, kind) ||
                !reading->reason[0] || (best && reading->weight <= best->weight))
                continue;
            bool listed = false;
            for (int k = 0; k < screening->n_reasons; k++)
                listed |= strcmp(screening->reason[k], reading->reason) == 0;
            if (!listed)
                best = reading;
        }
        if (!best || screening->n_reasons == SCREENING_REASONS_MAX)
            return;
        screening_add_reason(screening, best->reason);
    }
}

static void add_hidden(struct screening *screening)
{
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        char key[REASON_SIZE];
        if (strcmp(reading->check, check_presence.name) != 0 ||
            reading->outcome != OUTCOME_OCCLUDED)
            continue;
        snprintf(key, sizeof key, "%.30s_hidden", reading->element);
        screening_add_reason(screening, key);
    }
}

void verdict_decide(struct screening *screening)
{
    screening->n_reasons = 0;
    if (!screening->template_name[0] || !claims(screening)) {
        screening->verdict = VERDICT_OTHER;
        screening_add_reason(screening, "no_claim");
        return;
    }
    struct evidence sum = weigh(screening);
    bool by_content = sum.content >= CONTENT_DECIDES;
    bool by_print = sum.print >= PRINT_DECIDES && sum.print_kinds >= PRINT_KINDS_MIN;
    bool doubt = sum.content > 0 || sum.print >= PRINT_DOUBT;
    add_reasons(screening, CHECK_CONTENT);
    if (by_content || by_print) {
        screening->verdict = VERDICT_IMITATION;
        if (sum.print > 0)
            add_reasons(screening, CHECK_PRINT);
    } else if (doubt) {
        screening->verdict = VERDICT_UNSURE;
        add_reasons(screening, CHECK_PRINT);
        screening_add_reason(screening, "thin_evidence");
    } else if (!sum.present) {
        screening->verdict = VERDICT_UNSURE;
        screening_add_reason(screening, sum.hidden ? "elements_hidden" : "thin_evidence");
    } else {
        screening->verdict = VERDICT_GENUINE;
        screening_add_reason(screening, "matches_template");
    }
    add_hidden(screening);
}
