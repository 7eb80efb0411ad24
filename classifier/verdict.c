/* The order of questions is that of a person at the desk:
 * 1. Does it claim to be ours? An element of ours that is found, or our name and address where the
 *    sender stands. Without a claim it is other people's mail, whatever else was measured.
 * 2. Is what is printed contradicted? Something missing on bare paper, altered, moved, worded
 *    otherwise: one contradiction is enough when the samples can carry it and no genuine envelope
 *    in a thousand would show it.
 * 3. Do several kinds of measurement point the same way? Edges, colours and screens vary, so none
 *    of them decides alone, unless only a printer can make it (roughness or a screen all over an
 *    element) and no genuine envelope in ten thousand shows it.
 *    Kinds add up: of content the strongest, of print the median over the elements, since one
 *    element may lie under a crease.
 *    One kind at least must be more than any genuine sheet in a thousand shows: with so many
 *    readings a few are always a little strange.
 * 4. Was enough seen, and nothing strange, to call it genuine? Else a person must look.
 * A scan that is worse than those of the enrolment (compressed, blurred, faint) shows no detail to
 * be judged: then only what is there, where, and what it says counts, and nothing can be called
 * genuine. */
#include "classifier/verdict.h"

#include "classifier/check.h"
#include "classifier/numbers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CLAIM_NCC 0.75      /* an element counts as found (locate.c) */
#define CLAIM_LIKENESS 0.85 /* the very same print, not one that resembles it */
#define CLAIM_CONTRADICTED                                                                         \
    2                       /* a seal alone, with sender, logo and slogan not there, is anybody's */
#define CONTENT_DECIDES 0.6 /* log10 units: all that four samples can carry */
#define NEVER_GENUINE 3.0   /* surprisal: one in a thousand, as a sheet has some 20 readings */
#define STRANGE_GENUINE 2.0 /* one in a hundred: alone no reason to doubt */
#define UNUSUAL_GENUINE 1.3 /* one in twenty */
#define SEEN_MIN 0.5        /* of one element: less is no look at the envelope */
#define KINDS_DECIDE 1.0    /* ten to one, by two kinds of measurement at least */
#define KINDS_MIN 2
#define KINDS_DOUBT 0.6   /* a person should look */
#define ALONE_DECIDES 4.0 /* surprisal, one in ten thousand: of a kind that decides alone */
#define FAINT_SPOILS UNUSUAL_GENUINE /* colours go long before detail does */
#define FAINT_POOR 6.0               /* one in a million: noise takes the place of detail */

/* Faults (enum image_fault) of a scan. Poor: so bad, or in such a way, that nothing can be called
 * genuine on it. A scan that is merely faint still shows everything but colour. */
struct image_quality {
    unsigned faults;
    bool poor;
};

static struct image_quality image_quality(const struct screening *screening)
{
    struct image_quality ret = {0};
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        const struct check *check = check_find(reading->check);
        if (!check || !check->spoils)
            continue;
        bool faint = check->spoils == FAULT_FAINT;
        if (reading->surprisal >= (faint ? FAINT_SPOILS : NEVER_GENUINE))
            ret.faults |= check->spoils;
        ret.poor |= reading->surprisal >= (faint ? FAINT_POOR : NEVER_GENUINE);
    }
    return ret;
}

/* Whether the check's readings may be judged on this scan. */
static bool counts(const struct check *check, unsigned faults)
{
    return check->kind != CHECK_IMAGE && !(check->spoilt_by & faults);
}

/* Whether the element itself is contradicted: its words, its type, its drawing; with `in_all`, its
 * ink, its size and its place as well. */
static bool is_another(const struct screening *screening, const char *element, bool in_all)
{
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        const struct check *check = check_find(reading->check);
        bool lenient = check == &check_place || check == &check_scale || check == &check_ink_colour;
        if (check && check->kind == CHECK_CONTENT && (in_all || !lenient) &&
            reading->points == POINTS_IMITATION && reading->surprisal >= NEVER_GENUINE &&
            strcmp(reading->element, element) == 0)
            return true;
    }
    return false;
}

/* Whether our words were read where we print them; a slogan may be another firm's as well. */
static bool names_us(const struct reading *reading, bool *ret_slogan)
{
    bool named = strcmp(reading->check, check_named.name) == 0;
    if ((!named && strcmp(reading->check, check_sender_text.name) != 0) ||
        reading->outcome != OUTCOME_MEASURED || reading->value < SENDER_CLAIM_SCORE)
        return false;
    *ret_slogan = named && reading->has_detail && reading->detail[0] > 0;
    return true;
}

/* A claim is our print, or our words where we print them. One element that resembles ours while
 * others are not there at all may be anybody's line, ring or words: then it must be the very same,
 * and the more so the more of ours is not there: seals stand on many firms' mail. Lines and boxes
 * alone are no claim, nor is a slogan alone in other type: beside it something else must be ours,
 * or hidden. */
static bool claims(const struct screening *screening)
{
    int found = 0, contradicted = 0;
    bool sender = false, same = false, same_in_all = false, named = false;
    bool slogan = false, beside_slogan = false;
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        bool by_slogan;
        if (names_us(reading, &by_slogan)) {
            if (!by_slogan)
                return true;
            slogan = true;
        }
        if (strcmp(reading->check, check_presence.name) != 0)
            continue;
        bool here = reading->outcome == OUTCOME_MEASURED && reading->value >= CLAIM_NCC;
        bool mark = strncmp(reading->element, "mark", 4) == 0;
        found += here;
        named |= here && !mark;
        bool like = here && !mark && reading->value >= CLAIM_LIKENESS;
        same |= like && !is_another(screening, reading->element, false);
        same_in_all |= like && !is_another(screening, reading->element, true);
        sender |=
            here && strncmp(reading->element, "sender", 6) == 0 && reading->value >= CLAIM_LIKENESS;
        beside_slogan |= strncmp(reading->element, "slogan", 6) != 0 &&
                         (here || (!mark && reading->outcome == OUTCOME_OCCLUDED));
        contradicted +=
            !here && (reading->outcome == OUTCOME_ABSENT || reading->outcome == OUTCOME_MEASURED);
    }
    return (slogan && beside_slogan) || sender || found >= 2 || (named && !contradicted) ||
           (same && contradicted <= 1) || (same_in_all && contradicted <= CLAIM_CONTRADICTED);
}

/* What one kind of measurement says of the whole sheet. */
struct kind_evidence {
    int n; /* elements it could be judged on */
    double weight, surprisal;
    bool decides;
};

static bool is_judged(const struct reading *reading)
{
    return reading->has_genuine &&
           (reading->outcome == OUTCOME_MEASURED || reading->outcome == OUTCOME_ABSENT);
}

static bool is_seconded(const struct screening *screening, const struct reading *reading)
{
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *other = &screening->reading[i];
        const struct check *check = check_find(other->check);
        if (other->points == POINTS_IMITATION && other->surprisal >= NEVER_GENUINE && check &&
            check->kind == CHECK_CONTENT && !check->seconds &&
            strcmp(other->element, reading->element) == 0)
            return true;
    }
    return false;
}

/* Content: the strongest element; it decides when the samples carry it and no genuine sheet in a
 * thousand shows it. */
static void add_content(const struct reading *reading, struct kind_evidence *kind)
{
    if (reading->points != POINTS_IMITATION)
        return;
    kind->weight = fmax(kind->weight, reading->weight);
    kind->surprisal = fmax(kind->surprisal, reading->surprisal);
    kind->decides |= reading->weight >= CONTENT_DECIDES && reading->surprisal >= NEVER_GENUINE;
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
        weight[ret.n] = reading->weight;
        surprisal[ret.n++] = reading->points == POINTS_IMITATION ? reading->surprisal : 0;
        if (check->kind == CHECK_CONTENT && (!check->seconds || is_seconded(screening, reading)))
            add_content(reading, &ret);
    }
    if (check->kind == CHECK_PRINT && ret.n > 0) {
        ret.weight = median_of(weight, ret.n);
        ret.surprisal = median_of(surprisal, ret.n);
        ret.decides =
            check->alone && ret.weight >= CONTENT_DECIDES && ret.surprisal >= ALONE_DECIDES;
    }
    return ret;
}

struct evidence {
    struct image_quality image;
    bool decisive; /* one contradiction that settles it */
    double sum;    /* log10 units: the strongest of content, and each kind of print */
    bool strange;  /* one of them so much that no genuine sheet in a thousand is */
    int kinds;     /* how many of these point to imitation */
    bool doubt, print;
    int present, hidden;
    double seen; /* elements, each by the share of it that can be seen */
};

static void count_elements(const struct screening *screening, struct evidence *evidence)
{
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        if (strcmp(reading->check, check_presence.name) != 0)
            continue;
        bool present = reading->outcome == OUTCOME_MEASURED && reading->value >= CLAIM_NCC;
        evidence->present += present;
        if (present)
            evidence->seen += reading->has_detail ? reading->detail[0] : 1;
        evidence->hidden += reading->outcome == OUTCOME_OCCLUDED;
    }
}

/* From which surprisal on a kind alone is a doubt. How it was printed is told by the median over
 * the elements: whenever that points to imitation, a person should look before it is called
 * genuine. Extra print may be the post's or the recipient's. */
static double doubtful(const struct check *check)
{
    if (check == &check_extra_print)
        return NEVER_GENUINE;
    return check->kind == CHECK_CONTENT ? STRANGE_GENUINE : UNUSUAL_GENUINE;
}

static struct evidence weigh(const struct screening *screening)
{
    struct evidence ret = {.image = image_quality(screening)};
    double content = 0;
    count_elements(screening, &ret);
    for (int i = 0; i < n_checks; i++) {
        if (!counts(checks[i], ret.image.faults))
            continue;
        struct kind_evidence kind = kind_evidence(screening, checks[i]);
        ret.doubt |= kind.weight > 0 && kind.surprisal >= doubtful(checks[i]);
        ret.decisive |= kind.decides;
        ret.strange |= kind.weight > 0 && kind.surprisal >= NEVER_GENUINE;
        if (checks[i]->kind == CHECK_CONTENT) {
            content = fmax(content, kind.weight);
        } else {
            ret.sum += kind.weight;
            ret.kinds += kind.weight > 0;
            ret.print |= kind.weight > 0;
        }
    }
    ret.sum += content;
    ret.kinds += content > 0;
    ret.doubt |= ret.kinds >= KINDS_MIN && ret.sum >= KINDS_DOUBT;
    return ret;
}

/* Reasons of readings that point to imitation, strongest first. */
static void add_reasons(struct screening *screening, enum check_kind kind, unsigned faults)
{
    for (;;) {
        const struct reading *best = NULL;
        for (int i = 0; i < screening->n_readings; i++) {
            const struct reading *reading = &screening->reading[i];
            const struct check *check = check_find(reading->check);
            if (reading->points != POINTS_IMITATION || !check || check->kind != kind ||
                !counts(check, faults) || (check->seconds && !is_seconded(screening, reading)) ||
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
    bool by_kinds = sum.strange && sum.sum >= KINDS_DECIDE && sum.kinds >= KINDS_MIN;
    if (sum.decisive || by_kinds) {
        screening->verdict = VERDICT_IMITATION;
        add_reasons(screening, CHECK_CONTENT, sum.image.faults);
        if (sum.print)
            add_reasons(screening, CHECK_PRINT, sum.image.faults);
    } else if (sum.doubt) {
        screening->verdict = VERDICT_UNSURE;
        add_reasons(screening, CHECK_CONTENT, sum.image.faults);
        add_reasons(screening, CHECK_PRINT, sum.image.faults);
        screening_add_reason(screening, "thin_evidence");
    } else if (sum.image.poor) {
        screening->verdict = VERDICT_UNSURE;
        screening_add_reason(screening, "image_poor");
    } else if (!sum.present || sum.seen < SEEN_MIN) {
        screening->verdict = VERDICT_UNSURE;
        screening_add_reason(screening, sum.hidden ? "elements_hidden" : "thin_evidence");
    } else {
        screening->verdict = VERDICT_GENUINE;
        screening_add_reason(screening, "matches_template");
    }
    add_hidden(screening);
}
