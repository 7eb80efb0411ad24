/* A return needs a heading and a reason, or wording that is used for nothing else; they may stand
 * in two places ("Retour" stamped beside the sender, the reason on a label).
 *
 * The country follows from everything together. Wording speaks for the countries that use it, each
 * by a share over the square of their number: it tells them from the rest, not from each other.
 * French speaks softly, because the UPU has every post write it, and so does English. A printed
 * operator's name speaks loudly, and so does the address that the letter came back from. When two
 * countries are close, none is named.
 */
#include "classifier/return_decide.h"

#include "schemas/base/fold.h"
#include "schemas/base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define APART_CLAIM 0.9     /* heading and reason in two places */
#define COUNTRY_MIN 0.2     /* of the sum below: one phrase of its own, well attested */
#define COUNTRY_RATIO 1.5   /* to the next country */
#define FRENCH_SHARE 0.3    /* every post writes French on foreign mail, */
#define ENGLISH_SHARE 0.5   /* many write English */
#define OPERATOR_VOTE 1.0   /* a printed operator's name, over the square of those that share it */
#define ADDRESS_VOTE 0.5    /* a country that phrases allow and an address on the sheet names */
#define OPERATOR_EDITS 0.25 /* of the letters of a long name; names differ by more */
#define OPERATOR_LONG 12    /* letters; shorter names must be exact */
#define OPERATOR_LEN_MIN 3  /* "CTT" */
#define LANGUAGE_MIN 0.2    /* weight of phrases: one short word may be chance */
#define REASON_RATIO 1.25   /* between two reasons that are both printed */
#define FORM_REASONS 3      /* different ones printed: a form to be ticked */
#define COUNTRIES_MAX 64
#define LANGUAGES_MAX 40
#define REASONS_MAX 24

struct vote {
    char name[24];
    double weight;
};
struct votes {
    struct vote vote[COUNTRIES_MAX];
    int n;
};

static void add_vote(struct votes *votes, const char *name, double weight)
{
    int i = 0;
    while (i < votes->n && strcmp(votes->vote[i].name, name) != 0)
        i++;
    if (i == COUNTRIES_MAX)
        return;
    if (i == votes->n) {
        votes->n++;
        snprintf(votes->vote[i].name, sizeof votes->vote[i].name, "%s", name);
        votes->vote[i].weight = 0;
    }
    votes->vote[i].weight += weight;
}

static const struct vote *first_vote(const struct votes *votes, double *ret_second)
{
    const struct vote *best = NULL;
    *ret_second = 0;
    for (int i = 0; i < votes->n; i++) {
        const struct vote *vote = &votes->vote[i];
        if (best && vote->weight <= best->weight) {
            *ret_second = fmax(*ret_second, vote->weight);
            continue;
        }
        *ret_second = best ? best->weight : 0;
        best = vote;
    }
    return best;
}

static bool has_words(const char *plain, const char *words)
{
    char padded[80];
    int letters = text_count(words);
    snprintf(padded, sizeof padded, " %s ", words);
    if (letters >= OPERATOR_LONG)
        return text_find_approx(plain, padded, NULL) <= (int)(OPERATOR_EDITS * letters);
    return letters >= OPERATOR_LEN_MIN && strstr(plain, padded) != NULL;
}

/* Each operator's name once a country; the list is sorted by wording, so repeats are far apart. */
static void vote_operators(const struct return_reading *reading, const struct phrases *phrases,
                           struct votes *votes, char ret_operator[COUNTRIES_MAX][64])
{
    for (int i = 0; i < phrases_count(phrases); i++) {
        const struct phrase *phrase = phrases_at(phrases, i);
        if (strcmp(phrase->country, "XX") == 0 ||
            !has_words(reading->plain, phrase->operator_folded))
            continue;
        int sharing = 0, at = -1;
        char seen[COUNTRIES_MAX][3] = {{0}};
        for (int k = 0; k < phrases_count(phrases); k++) {
            const struct phrase *other = phrases_at(phrases, k);
            bool known = strcmp(other->operator_folded, phrase->operator_folded) != 0;
            for (int j = 0; j < sharing && !known; j++)
                known = strcmp(seen[j], other->country) == 0;
            if (!known && sharing < COUNTRIES_MAX)
                memcpy(seen[sharing++], other->country, sizeof seen[0]);
        }
        add_vote(votes, phrase->country, 0);
        for (int k = 0; k < votes->n; k++)
            at = strcmp(votes->vote[k].name, phrase->country) == 0 ? k : at;
        if (at < 0 || ret_operator[at][0])
            continue; /* counted already */
        memcpy(ret_operator[at], phrase->operator_, sizeof ret_operator[at]);
        votes->vote[at].weight += OPERATOR_VOTE / (sharing * sharing);
    }
}

static void vote_phrases(const struct return_reading *reading, struct votes *votes)
{
    for (int i = 0; i < reading->n_hits; i++) {
        const struct phrase *phrase = reading->hit[i].phrase;
        double share = strcmp(phrase->language, "fr") == 0   ? FRENCH_SHARE
                       : strcmp(phrase->language, "en") == 0 ? ENGLISH_SHARE
                                                             : 1;
        if (strcmp(phrase->country, "XX") != 0)
            add_vote(votes, phrase->country,
                     reading->hit[i].weight * phrase->trust * share /
                         (phrase->sharing * phrase->sharing));
    }
}

/* The operator whose phrases, in this country, were found most; a country can have one a language.
 */
static void name_operator(const struct return_reading *const *reading, int n, const char *country,
                          char ret[64])
{
    double best = 0;
    for (int r = 0; r < n; r++)
        for (int i = 0; i < reading[r]->n_hits; i++) {
            const struct phrase *phrase = reading[r]->hit[i].phrase;
            double weight = 0;
            if (strcmp(phrase->country, country) != 0)
                continue;
            for (int k = 0; k < reading[r]->n_hits; k++) {
                const struct phrase_hit *hit = &reading[r]->hit[k];
                if (strcmp(hit->phrase->country, country) == 0 &&
                    strcmp(hit->phrase->operator_, phrase->operator_) == 0)
                    weight += hit->weight;
            }
            if (weight > best) {
                best = weight;
                snprintf(ret, 64, "%s", phrase->operator_);
            }
        }
}

/* A letter comes back from where it was sent: the address counts, for countries that the wording
 * allows. The sender's own country and the stamps' are named on every sheet and get nothing so. */
static void vote_addresses(const struct return_reading *all, int n_all,
                           const struct phrases *phrases, struct votes *votes)
{
    for (int i = 0; i < votes->n; i++)
        for (int k = 0; k < n_all; k++)
            if (phrases_names_country(phrases, all[k].plain, votes->vote[i].name)) {
                votes->vote[i].weight += ADDRESS_VOTE;
                break;
            }
}

static void decide_country(const struct return_reading *const *reading, int n,
                           const struct return_reading *all, int n_all,
                           const struct phrases *phrases, struct screening_return *ret)
{
    struct votes votes = {0};
    char printed[COUNTRIES_MAX][64] = {{0}};
    for (int i = 0; i < n; i++) {
        vote_phrases(reading[i], &votes);
        vote_operators(reading[i], phrases, &votes, printed);
    }
    vote_addresses(all, n_all, phrases, &votes);
    double second;
    const struct vote *best = first_vote(&votes, &second);
    if (!best || best->weight < COUNTRY_MIN || best->weight < COUNTRY_RATIO * second)
        return;
    snprintf(ret->country, sizeof ret->country, "%.2s", best->name);
    const char *name = printed[best - votes.vote];
    if (*name)
        snprintf(ret->operator_, sizeof ret->operator_, "%s", name);
    else
        name_operator(reading, n, ret->country, ret->operator_);
}

/* Wording that several languages share ("Retour") counts for the one that has most besides. */
static void decide_languages(const struct return_reading *const *reading, int n,
                             struct screening_return *ret)
{
    struct votes all = {0}, own = {0};
    for (int r = 0; r < n; r++)
        for (int i = 0; i < reading[r]->n_hits; i++)
            add_vote(&all, reading[r]->hit[i].phrase->language, reading[r]->hit[i].weight);
    for (int r = 0; r < n; r++)
        for (int i = 0; i < reading[r]->n_hits; i++) {
            const struct phrase_hit *hit = &reading[r]->hit[i];
            const char *lead = hit->phrase->language;
            bool first = true; /* count a wording once, not once a country */
            double most = -1;
            for (int k = 0; k < reading[r]->n_hits; k++) {
                const struct phrase_hit *same = &reading[r]->hit[k];
                if (same->start >= hit->end || same->end <= hit->start)
                    continue;
                first = first && k >= i;
                for (int v = 0; v < all.n; v++)
                    if (strcmp(all.vote[v].name, same->phrase->language) == 0 &&
                        all.vote[v].weight > most) {
                        most = all.vote[v].weight;
                        lead = all.vote[v].name;
                    }
            }
            if (first)
                add_vote(&own, lead, hit->weight);
        }
    for (double second; ret->n_languages < 6;) {
        const struct vote *best = first_vote(&own, &second);
        if (!best || best->weight < LANGUAGE_MIN)
            break;
        snprintf(ret->language[ret->n_languages++], sizeof ret->language[0], "%.3s", best->name);
        own.vote[best - own.vote].weight = 0;
    }
}

/* The weight of a hit for deciding on a reason: the chosen country's own meaning goes first, since
 * posts file the same wording under different causes. */
static double reason_weight(const struct phrase_hit *hit, const char *country)
{
    const double own_meaning = 1.1, universal = 1.0, foreign = 0.95;
    return hit->weight * (strcmp(hit->phrase->country, country) == 0 ? own_meaning
                          : strcmp(hit->phrase->country, "XX") == 0  ? universal
                                                                     : foreign);
}

/* Of hits on the same words the one that counts; hits elsewhere are not looked at. */
static const char *reason_at(const struct return_reading *reading, int at, const char *country)
{
    const struct phrase_hit *here = &reading->hit[at], *best = here;
    for (int i = 0; i < reading->n_hits; i++) {
        const struct phrase_hit *hit = &reading->hit[i];
        if (hit->start < here->end && hit->end > here->start &&
            reason_weight(hit, country) > reason_weight(best, country))
            best = hit;
    }
    return best->phrase->reason;
}

static void decide_reason(const struct return_reading *const *reading, int n, const char *country,
                          char ret[24])
{
    struct votes reasons = {0};
    for (int r = 0; r < n; r++) {
        if (reading[r]->tick.ticked >= 0 && reading[r]->ticked_hit >= 0) {
            snprintf(ret, 24, "%s", reason_at(reading[r], reading[r]->ticked_hit, country));
            return;
        }
        if (reading[r]->tick.elsewhere)
            return; /* ticked beside words that were not understood */
    }
    for (int r = 0; r < n; r++)
        for (int i = 0; i < reading[r]->n_hits; i++) {
            const char *reason = reason_at(reading[r], i, country);
            double weight = reason_weight(&reading[r]->hit[i], country), known = 0;
            if (strcmp(reason, "RETURN") == 0)
                continue;
            for (int k = 0; k < reasons.n; k++)
                if (strcmp(reasons.vote[k].name, reason) == 0)
                    known = reasons.vote[k].weight;
            add_vote(&reasons, reason, fmax(0, weight - known)); /* the best hit of each */
        }
    double second;
    const struct vote *best = first_vote(&reasons, &second);
    if (!best)
        snprintf(ret, 24, "RETURN");
    else if (reasons.n < FORM_REASONS && best->weight >= REASON_RATIO * second)
        snprintf(ret, 24, "%s", best->name);
}

/* Readings that speak for a return, the strongest first. */
static int select_readings(const struct return_reading *reading, int n,
                           const struct return_reading *ret[], int max)
{
    int kept = 0;
    for (int i = 0; i < n && kept < max; i++) {
        if (reading[i].evidence < RETURN_HINT)
            continue;
        int at = kept++;
        for (; at > 0 && ret[at - 1]->evidence < reading[i].evidence; at--)
            ret[at] = ret[at - 1];
        ret[at] = &reading[i];
    }
    return kept;
}

void return_decide(const struct return_reading *reading, int n, const struct phrases *phrases,
                   struct screening_return *ret)
{
    enum { SELECTED_MAX = 6 };
    const struct return_reading *selected[SELECTED_MAX];
    double heading = 0, reason = 0;
    *ret = (struct screening_return){0};
    int kept = select_readings(reading, n, selected, SELECTED_MAX);
    if (kept == 0)
        return;
    for (int i = 0; i < kept; i++) {
        heading = fmax(heading, selected[i]->heading);
        reason = fmax(reason, selected[i]->reason);
    }
    bool apart = heading > 0 && reason > 0 && heading + reason >= APART_CLAIM;
    ret->is_return = selected[0]->evidence >= RETURN_CLAIM || apart;
    ret->score = fmax(selected[0]->evidence, apart ? heading + reason : 0);
    size_t used = 0;
    for (int i = 0; i < kept && used + 2 < sizeof ret->text; i++) {
        if (i > 0)
            ret->text[used++] = '\n';
        text_copy_utf8(ret->text + used, sizeof ret->text - used, selected[i]->text);
        used += strlen(ret->text + used);
    }
    if (!ret->is_return)
        return;
    decide_country(selected, kept, reading, n, phrases, ret);
    decide_languages(selected, kept, ret);
    decide_reason(selected, kept, ret->country, ret->reason);
    ret->side = selected[0]->region.side;
    ret->has_box = true;
    return_region_box(&selected[0]->region, ret->box_mm);
}
