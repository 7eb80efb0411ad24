/* The country follows from everything together. Wording speaks for the countries that use it, each
 * by a share over the square of their number: it tells them from the rest, not from each other.
 * French speaks softly, because the UPU has every post write it, and so does English. A printed
 * operator's name speaks loudly.
 *
 * A letter comes back from where it was sent: so does the recipient's address, most when it names
 * its country; a postcode that fits several speaks a little for each of them, and against those it
 * does not fit. The sender's address stands on every sheet and says nothing. */
#include "classifier/return_country.h"

#include "classifier/correspondents.h"
#include "classifier/votes.h"
#include "schemas/base/fold.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define COUNTRY_MIN 0.2   /* of the sum below: one phrase of its own, well attested */
#define COUNTRY_RATIO 1.5 /* to the next country */
#define FRENCH_SHARE 0.3  /* every post writes French on foreign mail, */
#define ENGLISH_SHARE 0.5 /* many write English */
#define OPERATOR_VOTE 1.0 /* a printed operator's name, over the square of those that share it */
#define OPERATOR_EDITS                                                                             \
    0.15                 /* of the letters of a long name: "Iceland Post" is near "Thailand Post" */
#define OPERATOR_LONG 12 /* letters; shorter names must be exact */
#define OPERATOR_LEN_MIN 3 /* "CTT" */
#define PLACE_LETTERS 2    /* to which the place of a name is known */
#define NAMED_VOTE 1.2     /* the recipient's address names its country, */
#define PREFIXED_VOTE 0.9  /* has its prefix before the postcode, */
#define PATTERN_VOTE 0.7   /* a form of postcode that only it has, */
#define POSSIBLE_VOTE 0.15 /* or one of several */
#define IMPOSSIBLE_VOTE -0.5

/* Where in the text the words end, -1 when they are not there. */
static int end_of_words(const char *plain, const char *words)
{
    char padded[80];
    int letters = text_count(words), end;
    snprintf(padded, sizeof padded, " %s ", words);
    if (letters >= OPERATOR_LONG)
        return text_find_approx(plain, padded, &end) <= (int)(OPERATOR_EDITS * letters) ? end : -1;
    const char *at = letters >= OPERATOR_LEN_MIN ? strstr(plain, padded) : NULL;
    return at ? (int)(at - plain) + (int)strlen(padded) : -1;
}

/* Whether a longer name of the country's post stands anywhere, or of another's at this place: "La
 * Poste" is a part of "Die Post La Poste La Posta", and "De Post La Poste" nearly is. */
static bool is_part_of_longer(const char *plain, const struct post_operator *post, int n, int i,
                              int end)
{
    int length = (int)strlen(post[i].folded);
    for (int k = 0; k < n; k++) {
        int longer = (int)strlen(post[k].folded);
        int its_end = longer > length ? end_of_words(plain, post[k].folded) : -1;
        if (its_end >= 0 &&
            (strcmp(post[k].country, post[i].country) == 0 ||
             (end <= its_end + PLACE_LETTERS && end - length >= its_end - longer - PLACE_LETTERS)))
            return true;
    }
    return false;
}

/* A country has one vote for its post's names. */
static void vote_operators(const struct return_reading *reading, const struct phrases *phrases,
                           struct votes *votes, char ret_operator[VOTES_MAX][64])
{
    const struct post_operator *post;
    int n = phrases_operators(phrases, &post);
    for (int i = 0; i < n; i++) {
        int at = -1, end = end_of_words(reading->plain, post[i].folded);
        if (end < 0 || is_part_of_longer(reading->plain, post, n, i, end))
            continue;
        votes_add(votes, post[i].country, 0);
        for (int k = 0; k < votes->n; k++)
            at = strcmp(votes->vote[k].name, post[i].country) == 0 ? k : at;
        if (at < 0 || ret_operator[at][0])
            continue; /* counted already */
        memcpy(ret_operator[at], post[i].name, sizeof ret_operator[at]);
        votes->vote[at].weight += OPERATOR_VOTE / (post[i].sharing * post[i].sharing);
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
            votes_add(votes, phrase->country,
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

static void vote_recipient(const struct address *to, struct votes *votes)
{
    static const double told[] = {[ADDRESS_UNTOLD] = 0,
                                  [ADDRESS_PATTERN] = PATTERN_VOTE,
                                  [ADDRESS_PREFIXED] = PREFIXED_VOTE,
                                  [ADDRESS_NAMED] = NAMED_VOTE};
    if (to->basis != ADDRESS_UNTOLD)
        votes_add(votes, to->country, told[to->basis]);
    for (int i = 0; i < votes->n; i++) {
        struct vote *vote = &votes->vote[i];
        if (strcmp(vote->name, to->country) == 0)
            continue;
        bool possible = to->basis == ADDRESS_UNTOLD && address_allows(to, vote->name);
        bool impossible = to->basis == ADDRESS_UNTOLD && !possible;
        vote->weight += possible ? POSSIBLE_VOTE : impossible ? IMPOSSIBLE_VOTE : 0;
    }
}

/* A notice that was stamped over the recipient is read together with him: the country that the rest
 * of its text names. */
static bool address_under(const struct return_reading *const *reading, int n,
                          const struct phrases *phrases, struct address *ret)
{
    char rest[READING_TEXT_SIZE];
    for (int i = 0; i < n; i++) {
        return_reading_rest(reading[i], rest);
        if (address_parse(phrases_countries(phrases), rest, ret) && ret->basis == ADDRESS_NAMED &&
            ret->postcode[0])
            return true;
    }
    return false;
}

void return_country_decide(const struct return_reading *const *reading, int n,
                           const struct return_reading *all, int n_all,
                           const struct phrases *phrases, struct screening_return *ret)
{
    struct votes votes = {0};
    struct correspondent to = correspondent_recipient(all, n_all, phrases);
    char printed[VOTES_MAX][64] = {{0}};
    for (int i = 0; i < n; i++) {
        vote_phrases(reading[i], &votes);
        vote_operators(reading[i], phrases, &votes, printed);
    }
    for (int i = 0; i < n_all; i++)
        if (n > 0 && return_reading_is_foot(&all[i], reading[0]))
            vote_operators(&all[i], phrases, &votes, printed);
    double second;
    if (to.found || address_under(reading, n, phrases, &to.address))
        vote_recipient(&to.address, &votes);
    const struct vote *best = votes_first(&votes, &second);
    if (!best || best->weight < COUNTRY_MIN || best->weight < COUNTRY_RATIO * second)
        return;
    snprintf(ret->country, sizeof ret->country, "%.2s", best->name);
    const char *name = printed[best - votes.vote];
    if (*name)
        snprintf(ret->operator_, sizeof ret->operator_, "%s", name);
    else
        name_operator(reading, n, ret->country, ret->operator_);
}
