/* A return needs a heading and a reason, or wording that is used for nothing else; they may stand
 * in two places ("Retour" stamped beside the sender, the reason on a label). */
#include "classifier/return_decide.h"

#include "classifier/dates.h"
#include "classifier/return_country.h"
#include "classifier/votes.h"
#include "schemas/base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define APART_CLAIM 0.9   /* heading and reason in two places */
#define LANGUAGE_MIN 0.2  /* weight of phrases: one short word may be chance */
#define REASON_RATIO 1.25 /* between two reasons that are both printed */
#define DATES_MAX 8
#define FORM_REASONS 3 /* different ones printed: a form to be ticked */

/* Wording that several languages share ("Retour") counts for the one that has most besides. */
static void decide_languages(const struct return_reading *const *reading, int n,
                             struct screening_return *ret)
{
    struct votes all = {0}, own = {0};
    for (int r = 0; r < n; r++)
        for (int i = 0; i < reading[r]->n_hits; i++)
            votes_add(&all, reading[r]->hit[i].phrase->language, reading[r]->hit[i].weight);
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
                votes_add(&own, lead, hit->weight);
        }
    for (double second; ret->n_languages < 6;) {
        const struct vote *best = votes_first(&own, &second);
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
        if (reading[r]->ticked_hit >= 0) {
            snprintf(ret, 24, "%s", reason_at(reading[r], reading[r]->ticked_hit, country));
            return;
        }
        const char *first = NULL;
        if (reading[r]->tick.ticked && return_reading_has_several(reading[r], &first))
            return; /* ticked beside words that were not understood */
    }
    for (int r = 0; r < n; r++)
        for (int i = 0; i < reading[r]->n_hits; i++) {
            const char *reason = reason_at(reading[r], i, country);
            double weight = reason_weight(&reading[r]->hit[i], country);
            if (strcmp(reason, "RETURN") != 0) /* the best hit of each */
                votes_add(&reasons, reason, fmax(0, weight - votes_of(&reasons, reason)));
        }
    double second;
    const struct vote *best = votes_first(&reasons, &second);
    if (!best)
        snprintf(ret, 24, "RETURN");
    else if (reasons.n < FORM_REASONS && best->weight >= REASON_RATIO * second)
        snprintf(ret, 24, "%s", best->name);
}

static void take_date(const char *text, struct screening_return *ret)
{
    struct date_read date[DATES_MAX];
    int found = dates_find(text, ret->country, date, DATES_MAX);
    for (int i = 0; i < found; i++)
        if (strcmp(date[i].iso, ret->date) > 0)
            memcpy(ret->date, date[i].iso, sizeof ret->date);
}

/* The latest day on what speaks for a return, or else at its foot: forms bear dates of printing as
 * well. */
static void decide_date(const struct return_reading *const *reading, int n,
                        const struct return_reading *all, int n_all, struct screening_return *ret)
{
    for (int r = 0; r < n; r++)
        take_date(reading[r]->text, ret);
    for (int i = 0; i < n_all && !ret->date[0]; i++)
        if (return_reading_is_foot(&all[i], reading[0]))
            take_date(all[i].text, ret);
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
    return_country_decide(selected, kept, reading, n, phrases, ret);
    decide_languages(selected, kept, ret);
    decide_reason(selected, kept, ret->country, ret->reason);
    decide_date(selected, kept, reading, n, ret);
    ret->side = selected[0]->region.side;
    ret->has_box = true;
    return_region_box(&selected[0]->region, ret->box_mm);
}
