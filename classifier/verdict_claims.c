/* A claim is our print, or our words where we print them. One element that resembles ours while
 * others are not there at all may be anybody's line, ring or words: then it must be the very same,
 * and the more so the more of ours is not there: seals stand on many firms' mail. Lines and boxes
 * alone are no claim, nor are marks that differ from ours, nor is a slogan alone in other type:
 * beside it something else must be ours, or hidden. A logo that was drawn again after ours, with
 * one thing of ours beside it, claims as two of ours do. */
#include "classifier/verdict_claims.h"

#include "classifier/check.h"

#include <string.h>

#define CLAIM_LIKENESS 0.85 /* the very same print, not one that resembles it */
#define CLAIM_CONTRADICTED                                                                         \
    2                     /* a seal alone, with sender, logo and slogan not there, is anybody's */
#define CHROMATIC 25.0    /* C*, over the paper: no black, grey or brownish black */
#define NEAR_PLACE_MM 5.0 /* within which an imitation is set by eye */
#define SAME_MM2 10.0     /* of print that is the very same: a line of ten letters or more */
#define SENDER_PART_SCORE 0.5 /* of name and address, where the print resembles ours */

const struct reading *reading_of(const struct screening *screening, const struct check *check,
                                 const char *element)
{
    for (int i = 0; i < screening->n_readings; i++)
        if (strcmp(screening->reading[i].check, check->name) == 0 &&
            strcmp(screening->reading[i].element, element) == 0)
            return &screening->reading[i];
    return NULL;
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

/* Whether parts of an element are the very same as ours, though it is half hidden or its other
 * parts differ (checks/presence.c). */
static bool is_ours_in_parts(const struct reading *presence)
{
    return presence->has_detail && presence->detail[3] >= SAME_MM2;
}

/* Whether what a cover leaves of an element is surely ours. */
static bool is_rest_of_ours(const struct reading *reading)
{
    return strcmp(reading->check, check_rest.name) == 0 && reading->outcome == OUTCOME_MEASURED &&
           reading->value >= SURE_EVIDENCE_MM;
}

/* Whether at least half of our name and address was read in the sender's place: a pen or a postmark
 * takes the rest. */
static bool says_half(const struct screening *screening, const char *element)
{
    const struct reading *text = reading_of(screening, &check_sender_text, element);
    return text && text->outcome == OUTCOME_MEASURED && text->value >= SENDER_PART_SCORE;
}

/* Whether the element stands near its place in its own ink, a colour that not everybody prints in:
 * a drawing that also resembles ours is then no chance. */
static bool in_our_ink(const struct screening *screening, const char *element)
{
    const struct reading *ink = reading_of(screening, &check_colour, element);
    const struct reading *place = reading_of(screening, &check_place, element);
    return ink && ink->outcome == OUTCOME_MEASURED && ink->points != POINTS_IMITATION &&
           ink->has_detail && ink->detail[3] >= CHROMATIC && place &&
           place->outcome == OUTCOME_MEASURED && place->value <= NEAR_PLACE_MM;
}

/* Whether a drawing that stands in our logo's place is meant to be taken for it: the same layout in
 * the same colours, drawn again. */
static bool imitates_ours(const struct reading *reading)
{
    return strcmp(reading->check, check_resembles.name) == 0 &&
           reading->outcome == OUTCOME_MEASURED && reading->value >= CLAIM_LIKENESS &&
           reading->has_detail && reading->detail[0] >= CHROMATIC;
}

bool verdict_claims(const struct screening *screening)
{
    int found = 0, contradicted = 0;
    bool sender = false, same = false, same_in_all = false, named = false;
    bool slogan = false, beside_slogan = false, redrawn = false;
    for (int i = 0; i < screening->n_readings; i++) {
        const struct reading *reading = &screening->reading[i];
        bool by_slogan;
        if (names_us(reading, &by_slogan)) {
            if (!by_slogan)
                return true;
            slogan = true;
        }
        bool mark = strncmp(reading->element, "mark", 4) == 0;
        same |= !mark && is_rest_of_ours(reading);
        redrawn |= !mark && imitates_ours(reading);
        if (strcmp(reading->check, check_presence.name) != 0)
            continue;
        bool here = reading->outcome == OUTCOME_MEASURED && reading->value >= CLAIM_NCC;
        if (!here && !mark && is_ours_in_parts(reading))
            return true;
        if (here && !mark && in_our_ink(screening, reading->element))
            return true;
        found += here && (!mark || !is_another(screening, reading->element, true));
        bool says_slogan = strncmp(reading->element, "slogan", 6) == 0;
        named |= here && !mark && !(says_slogan && is_another(screening, reading->element, true));
        bool like = here && !mark && reading->value >= CLAIM_LIKENESS;
        same |= like && !is_another(screening, reading->element, false);
        same_in_all |= like && !is_another(screening, reading->element, true);
        sender |= here && strncmp(reading->element, "sender", 6) == 0 &&
                  (reading->value >= CLAIM_LIKENESS || says_half(screening, reading->element));
        beside_slogan |= !says_slogan && (here || (!mark && reading->outcome == OUTCOME_OCCLUDED));
        contradicted +=
            !here && (reading->outcome == OUTCOME_ABSENT || reading->outcome == OUTCOME_MEASURED);
    }
    return (slogan && beside_slogan) || sender || found + redrawn >= 2 ||
           (named && !contradicted) || (same && contradicted <= 1) ||
           (same_in_all && contradicted <= CLAIM_CONTRADICTED);
}
