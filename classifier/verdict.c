/* The order of questions is that of a person at the desk:
 * 1. Does it claim to be ours? An element of ours that is found, or our name and address where the
 *    sender stands. Without a claim it is other people's mail, whatever else was measured.
 * 2. Is what is printed contradicted? Something missing on bare paper, altered, moved, worded
 *    otherwise: one contradiction is enough when the samples can carry it and no genuine envelope
 *    in a thousand would show it.
 * 3. Do several opinions point the same way? Edges, solids and colours vary, so none of them
 *    decides alone, unless only a printer can make it (roughness, grain or a screen all over an
 *    element), no genuine envelope in ten thousand shows it, and another kind points there too.
 *    Opinions add up: of content the strongest; of print each kind is the median over the
 *    elements, since one element may lie under a crease, or the second strangest, and kinds that
 *    look at the same thing (edges, solids) are one opinion: the strongest of them, less what
 *    having several to choose from makes of it (Bonferroni).
 *    One at least must be more than any genuine sheet in a thousand shows: with so many readings
 *    a few are always a little strange.
 * 4. Was enough seen, and nothing strange, to call it genuine? Else a person must look: also when
 *    covers took all the print that could have been judged.
 * A scan that is worse than those of the enrolment (compressed, blurred, faint) shows no detail to
 * be judged: then only what is there, where, and what it says counts, and nothing can be called
 * genuine. */
#include "classifier/verdict.h"

#include "classifier/check.h"
#include "classifier/numbers.h"
#include "classifier/verdict_claims.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CONTENT_DECIDES 0.6  /* log10 units: all that four samples can carry */
#define STRANGE_GENUINE 2.0  /* one in a hundred: alone no reason to doubt */
#define UNUSUAL_GENUINE 1.3  /* one in twenty */
#define SEEN_MIN 0.5         /* of one element: less is no look at the envelope */
#define ORDINARY_GENUINE 1.0 /* one in ten: what judge.c takes for nothing */
#define SUM_DECIDES 1.0      /* ten to one, by two opinions at least */
#define OPINIONS_MIN 2
#define SUM_DOUBT 0.6      /* a person should look */
#define ALONE_DECIDES 4.0  /* surprisal, one in ten thousand: of a kind that decides alone */
#define ALONE_SECONDED 2   /* kinds that point to imitation: a pen stroke mimics one */
#define ONE_DECIDES 6.0    /* of one element, with another measure of it: one in a million */
#define UNLIKE_NCC 0.3     /* unrelated print reaches it by chance */
#define ONLY_GAINED 0.01   /* ink lost, over ink gained */
#define LOST_AT_LEAST 0.01 /* of an element's print: mottle and scratches */
#define FAINT_SPOILS UNUSUAL_GENUINE /* colours go long before detail does */
#define FAINT_AS_BLURRED 0.33        /* contrast, over the enrolment's: noise hides details */
#define FAINT_POOR 6.0               /* one in a million: noise takes the place of detail */

/* Faults (enum image_fault) of a scan. Poor: so bad, or in such a way, that nothing can be called
 * genuine on it. A scan that is merely faint still shows everything but colour. */
struct image_quality {
    unsigned faults;
    unsigned print_faults; /* for print: it changes with the first traces of compression */
    bool poor;
};

static bool is_beyond(const struct reading *reading, double share)
{
    return reading->has_genuine && reading->outcome == OUTCOME_MEASURED &&
           reading->value > (1 + share) * reading->genuine[1];
}

/* Soft print, and nothing else on the sheet to tell whether that is the scan's fault. */
static bool may_be_blurred(const struct screening *screening)
{
    const struct reading *own = reading_of(screening, &check_sharpness, "");
    const struct reading *sharpest = reading_of(screening, &check_sharpest, "");
    return own && is_beyond(own, 0) && sharpest && sharpest->outcome == OUTCOME_UNMEASURABLE &&
           sharpest->has_detail && sharpest->detail[0] > 0; /* at another resolution all is soft */
}

static struct image_quality image_quality(const struct screening *screening)
{
    struct image_quality ret = {0};
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        const struct check *check = check_find(reading->check);
        if (!check || check->kind != CHECK_IMAGE)
            continue;
        bool faint = check->spoils == FAULT_FAINT;
        bool worse = check->spoils_print && is_beyond(reading, check->spoils_beyond);
        if (reading->surprisal >= (faint ? FAINT_SPOILS : NEVER_GENUINE))
            ret.faults |= check->spoils;
        if (worse)
            ret.print_faults |= check->spoils_print;
        if (faint && reading->outcome == OUTCOME_MEASURED && reading->value < FAINT_AS_BLURRED)
            ret.faults |= FAULT_BLURRED;
        ret.poor |= worse || reading->surprisal >= (faint ? FAINT_POOR : NEVER_GENUINE);
    }
    if (may_be_blurred(screening)) {
        ret.print_faults |= FAULT_BLURRED;
        ret.poor = true;
    }
    ret.print_faults |= ret.faults;
    return ret;
}

/* Whether the check's readings may be judged on this scan. */
static bool counts(const struct check *check, const struct image_quality *image)
{
    unsigned faults = check->kind == CHECK_PRINT ? image->print_faults : image->faults;
    return check->kind != CHECK_IMAGE && !check->shown_only && !(check->spoilt_by & faults);
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

/* Whether print of the element is not there: on a faint scan a white label is bare paper. */
static bool lost_in_part(const struct screening *screening, const char *element)
{
    const struct reading *presence = reading_of(screening, &check_presence, element);
    return presence && (presence->outcome == OUTCOME_ABSENT ||
                        (presence->has_detail && presence->detail[1] >= LOST_AT_LEAST));
}

/* Whether other print stands in a drawing's place, nothing like it: that of a label whose paper is
 * the sheet's, perhaps. Type that was set again is told by its letters. */
static bool is_something_else(const struct screening *screening, const char *element)
{
    const struct reading *presence = reading_of(screening, &check_presence, element);
    const struct reading *letters = reading_of(screening, &check_typeface, element);
    return presence && presence->outcome == OUTCOME_MEASURED && presence->value < UNLIKE_NCC &&
           (!letters || letters->outcome != OUTCOME_MEASURED);
}

/* Whether the element is unlike the genuine one, but all of it is there: a pen or a stamp went over
 * it. What was drawn again loses ink; what was drawn larger is seen by its size. */
static bool only_added(const struct reading *presence)
{
    return strcmp(presence->check, check_presence.name) == 0 &&
           presence->outcome == OUTCOME_MEASURED && presence->has_detail &&
           presence->detail[1] < LOST_AT_LEAST;
}

/* Whether a letter only gained ink in an element that film lies across: its edge, and what sticks
 * to it, is drawn over letters. */
static bool only_added_by_film(const struct screening *screening, const struct reading *reading)
{
    const struct reading *presence = reading_of(screening, &check_presence, reading->element);
    return strcmp(reading->check, check_wording.name) == 0 && reading->has_detail &&
           reading->detail[0] < ONLY_GAINED * reading->detail[1] && presence &&
           presence->has_detail && presence->detail[2] > 0;
}

/* Content: the strongest element; it decides when the samples carry it and no genuine sheet in a
 * thousand shows it. */
static void add_content(const struct screening *screening, const struct reading *reading,
                        unsigned faults, struct kind_evidence *kind)
{
    if (reading->points != POINTS_IMITATION)
        return;
    kind->weight = fmax(kind->weight, reading->weight);
    kind->surprisal = fmax(kind->surprisal, reading->surprisal);
    kind->decides |= reading->weight >= CONTENT_DECIDES && reading->surprisal >= NEVER_GENUINE &&
                     !((faults & FAULT_FAINT) && lost_in_part(screening, reading->element)) &&
                     !only_added(reading) && !is_something_else(screening, reading->element) &&
                     !only_added_by_film(screening, reading);
}

/* One element may lie under a crease or a pen; two that are as strange do not both. A printer makes
 * black letters nearly as well as a press, and screens what is coloured: then the median says
 * little of a sheet with more letters than colours. Having n elements to find a second in makes
 * that n / 2 times as likely (Bonferroni). */
static void add_second(double *weight, double *surprisal, struct kind_evidence *kind)
{
    if (kind->n < 3)
        return;
    double second = quantile_of(surprisal, kind->n, (kind->n - 2.0) / (kind->n - 1.0));
    kind->surprisal = fmax(kind->surprisal, second - log10(kind->n / 2.0));
    kind->weight =
        fmax(kind->weight, quantile_of(weight, kind->n, (kind->n - 2.0) / (kind->n - 1.0)));
}

static struct kind_evidence kind_evidence(const struct screening *screening,
                                          const struct check *check, unsigned faults)
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
            add_content(screening, reading, faults, &ret);
    }
    if (check->kind == CHECK_PRINT && ret.n > 0) {
        ret.weight = median_of(weight, ret.n);
        ret.surprisal = median_of(surprisal, ret.n);
        ret.decides =
            check->alone && ret.weight >= CONTENT_DECIDES && ret.surprisal >= ALONE_DECIDES;
        add_second(weight, surprisal, &ret);
    }
    return ret;
}

struct evidence {
    struct image_quality image;
    bool decisive; /* one contradiction that settles it */
    double sum;    /* log10 units: the strongest of content, and each opinion on the print */
    bool strange;  /* one of them so much that no genuine sheet in a thousand is */
    int opinions;  /* how many of these point to imitation */
    bool doubt, print;
    bool print_judged; /* edges, solids or colour of something that can be seen */
    int present, hidden;
    double seen; /* elements, each by the share of it that can be seen and lies under nothing */
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
            evidence->seen += reading->has_detail ? reading->detail[0] - reading->detail[2] : 1;
        evidence->hidden += reading->outcome == OUTCOME_OCCLUDED;
    }
}

static bool is_extreme(const struct reading *reading, const struct check *check, double least,
                       const struct image_quality *image)
{
    return check->kind == CHECK_PRINT && check->looks_at <= LOOKS_AT_SOLIDS &&
           counts(check, image) && reading->points == POINTS_IMITATION &&
           reading->weight >= CONTENT_DECIDES && reading->surprisal >= least;
}

/* Where a firm prints one part in solid black and the others in screened colours, that one alone
 * can tell. Of print that handling makes in places only (`alone`), one element is enough when one
 * genuine sheet in a million shows it there and another measure of it is strange as well; a lesser
 * extreme asks for a person. Having n elements to choose from makes that n times as likely
 * (Bonferroni). */
static void look_at_each(const struct screening *screening, struct evidence *evidence)
{
    int elements = 0;
    for (int i = 0; i < screening->n_readings; i++)
        elements += strcmp(screening->reading[i].check, check_presence.name) == 0;
    double least = ALONE_DECIDES + log10(fmax(1, elements));
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        const struct check *check = check_find(reading->check);
        if (!check || !check->alone || !is_extreme(reading, check, least, &evidence->image))
            continue;
        evidence->doubt = true;
        for (int k = 0; k < screening->n_readings; k++) {
            const struct reading *other = &screening->reading[k];
            const struct check *measure = check_find(other->check);
            if (k != i && measure && strcmp(other->element, reading->element) == 0 &&
                reading->surprisal >= ONE_DECIDES &&
                is_extreme(other, measure, NEVER_GENUINE, &evidence->image))
                evidence->decisive = evidence->print = true;
        }
    }
}

/* The kinds of print that look at one thing. */
struct opinion {
    int n; /* kinds it could be judged by */
    double weight, surprisal;
};

static void add_print(const struct kind_evidence *kind, struct opinion *opinion)
{
    opinion->n++;
    opinion->weight = fmax(opinion->weight, kind->weight);
    if (kind->weight > 0)
        opinion->surprisal = fmax(opinion->surprisal, kind->surprisal);
}

/* An opinion is a doubt by itself when no more than one genuine sheet in twenty has any as strange:
 * then a person should look before it is called genuine. */
static void add_opinions(const struct opinion opinion[LOOKS_AT_N], struct evidence *evidence)
{
    int judged = 0;
    for (int i = 0; i < LOOKS_AT_N; i++)
        judged += opinion[i].n > 0;
    for (int i = 0; i < LOOKS_AT_N; i++) {
        double choice = log10(fmax(1, opinion[i].n));
        double surprisal = opinion[i].surprisal - choice;
        if (opinion[i].weight <= 0 || surprisal < UNUSUAL_GENUINE)
            continue;
        evidence->print = true;
        evidence->opinions++;
        evidence->sum += fmin(opinion[i].weight, surprisal - ORDINARY_GENUINE);
        evidence->strange |= surprisal >= NEVER_GENUINE;
        evidence->doubt |= surprisal >= UNUSUAL_GENUINE + log10(judged);
    }
}

static struct evidence weigh(const struct screening *screening)
{
    struct evidence ret = {.image = image_quality(screening)};
    struct opinion opinion[LOOKS_AT_N] = {0};
    double content = 0;
    int pointing = 0; /* kinds of print */
    bool alone = false;
    count_elements(screening, &ret);
    for (int i = 0; i < n_checks; i++) {
        const struct check *check = checks[i];
        if (!counts(check, &ret.image))
            continue;
        struct kind_evidence kind = kind_evidence(screening, check, ret.image.faults);
        if (check->kind == CHECK_CONTENT) {
            ret.doubt |= kind.weight > 0 && kind.surprisal >= STRANGE_GENUINE;
            ret.strange |= kind.weight > 0 && kind.surprisal >= NEVER_GENUINE;
            ret.decisive |= kind.decides;
            content = fmax(content, kind.weight);
        } else if (kind.n > 0 && (check != &check_extra_print || kind.surprisal >= NEVER_GENUINE)) {
            /* Extra print may be the post's or the recipient's. */
            add_print(&kind, &opinion[check->looks_at]);
            pointing += kind.weight > 0 && kind.surprisal >= UNUSUAL_GENUINE;
            alone |= kind.decides;
        }
    }
    add_opinions(opinion, &ret);
    look_at_each(screening, &ret);
    ret.print_judged =
        opinion[LOOKS_AT_EDGES].n + opinion[LOOKS_AT_SOLIDS].n + opinion[LOOKS_AT_COLOUR].n > 0;
    ret.decisive |= alone && pointing >= ALONE_SECONDED;
    ret.sum += content;
    ret.opinions += content > 0;
    ret.doubt |= ret.opinions >= OPINIONS_MIN && ret.sum >= SUM_DOUBT;
    return ret;
}

/* Reasons of readings that point to imitation, strongest first. */
static void add_reasons(struct screening *screening, enum check_kind kind,
                        const struct image_quality *image)
{
    for (;;) {
        const struct reading *best = NULL;
        for (int i = 0; i < screening->n_readings; i++) {
            const struct reading *reading = &screening->reading[i];
            const struct check *check = check_find(reading->check);
            if (reading->points != POINTS_IMITATION || !check || check->kind != kind ||
                !counts(check, image) || (check->seconds && !is_seconded(screening, reading)) ||
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

unsigned verdict_print_faults(const struct screening *screening)
{
    return image_quality(screening).print_faults;
}

void verdict_decide(struct screening *screening)
{
    screening->n_reasons = 0;
    if (!screening->template_name[0] || !verdict_claims(screening)) {
        screening->verdict = VERDICT_OTHER;
        screening_add_reason(screening, "no_claim");
        return;
    }
    struct evidence sum = weigh(screening);
    bool agreed = sum.strange && sum.sum >= SUM_DECIDES && sum.opinions >= OPINIONS_MIN;
    if (sum.decisive || agreed) {
        screening->verdict = VERDICT_IMITATION;
        add_reasons(screening, CHECK_CONTENT, &sum.image);
        if (sum.print)
            add_reasons(screening, CHECK_PRINT, &sum.image);
    } else if (sum.doubt) {
        screening->verdict = VERDICT_UNSURE;
        add_reasons(screening, CHECK_CONTENT, &sum.image);
        add_reasons(screening, CHECK_PRINT, &sum.image);
        screening_add_reason(screening, "thin_evidence");
    } else if (sum.image.poor) {
        screening->verdict = VERDICT_UNSURE;
        screening_add_reason(screening, "image_poor");
    } else if (!sum.present || sum.seen < SEEN_MIN || (sum.hidden && !sum.print_judged)) {
        screening->verdict = VERDICT_UNSURE;
        screening_add_reason(screening, sum.hidden ? "elements_hidden" : "thin_evidence");
    } else {
        screening->verdict = VERDICT_GENUINE;
        screening_add_reason(screening, "matches_template");
    }
    add_hidden(screening);
}
