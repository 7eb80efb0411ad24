/* The order of questions is that of a person at the desk:
 * 1. Does it claim to be ours? An element of ours that is found, or our name and address where the
 *    sender stands. Without a claim it is other people's mail, whatever else was measured.
 * 2. Is what is printed contradicted? Something missing on bare paper, altered, moved, worded
 *    otherwise: one contradiction is enough when the samples can carry it and no genuine envelope
 *    in a thousand would show it.
 * 3. Do several kinds of measurement point the same way? Edges, colours and screens vary, so none
 *    of them decides alone. Kinds add up: of content the strongest element, of print the median
 *    over the elements, since one element may lie under a crease.
 * 4. Was enough seen, and nothing strange, to call it genuine? Else a person must look. */
#include "classifier/verdict.h"

#include "classifier/check.h"
#include "classifier/numbers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CLAIM_NCC 0.75      /* an element counts as found (locate.c) */
#define CONTENT_DECIDES 0.6 /* log10 units: all that four samples can carry */
#define NEVER_GENUINE 3.0   /* surprisal: one in a thousand, as a sheet has some 20 readings */
#define KINDS_DECIDE 1.0    /* ten to one, by two kinds of measurement at least */
#define KINDS_MIN 2
#define KINDS_DOUBT 0.6 /* a person should look */

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

/* What one kind of measurement says of the whole sheet. */
struct kind_evidence {
    int n; /* elements it could be judged on */
    double weight, surprisal;
};

static bool is_judged(const struct reading *reading)
{
    return reading->has_genuine &&
           (reading->outcome == OUTCOME_MEASURED || reading->outcome == OUTCOME_ABSENT);
}

static struct kind_evidence kind_evidence(const struct screening *screening,
                                          const struct check *check)
{
    double weight[SCREENING_READINGS_MAX], surprisal[SCREENING_READINGS_MAX];
    struct kind_evidence ret = {0};
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        if (strcmp(reading->check, check->name) != 0 || !is_judged(reading))
            continue;
        bool strange = reading->points == POINTS_IMITATION;
        weight[ret.n] = reading->weight;
        surprisal[ret.n++] = strange ? reading->surprisal : 0;
        if (check->kind == CHECK_CONTENT && strange && reading->weight > ret.weight) {
            ret.weight = reading->weight;
            ret.surprisal = reading->surprisal;
        }
    }
    if (check->kind == CHECK_PRINT && ret.n > 0) {
        ret.weight = median_of(weight, ret.n);
        ret.surprisal = median_of(surprisal, ret.n);
    }
    return ret;
}

struct evidence {
    double sum; /* of the kinds' weights, log10 units */
    int kinds;  /* how many of them point to imitation */
    bool decisive, content, print, strange;
    int present, hidden;
};

static bool is_decisive(const struct reading *reading)
{
    return is_kind(reading, CHECK_CONTENT) && reading->points == POINTS_IMITATION &&
           reading->weight >= CONTENT_DECIDES && reading->surprisal >= NEVER_GENUINE;
}

static struct evidence weigh(const struct screening *screening)
{
    struct evidence ret = {0};
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        ret.decisive |= is_decisive(reading);
        if (strcmp(reading->check, check_presence.name) == 0) {
            ret.present += reading->outcome == OUTCOME_MEASURED && reading->value >= CLAIM_NCC;
            ret.hidden += reading->outcome == OUTCOME_OCCLUDED;
        }
    }
    for (int i = 0; i < n_checks; i++) {
        struct kind_evidence kind = kind_evidence(screening, checks[i]);
        ret.sum += kind.weight;
        ret.kinds += kind.weight > 0;
        ret.content |= checks[i]->kind == CHECK_CONTENT && kind.weight > 0;
        ret.print |= checks[i]->kind == CHECK_PRINT && kind.weight > 0;
        ret.strange |= kind.surprisal >= NEVER_GENUINE;
    }
    return ret;
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
    bool by_kinds = sum.sum >= KINDS_DECIDE && sum.kinds >= KINDS_MIN;
    bool doubt = sum.content || sum.strange || sum.sum >= KINDS_DOUBT;
    add_reasons(screening, CHECK_CONTENT);
    if (sum.decisive || by_kinds) {
        screening->verdict = VERDICT_IMITATION;
        if (sum.print)
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
