/* Phrases are found with a tolerance for misread letters that grows with their length: a phrase of
 * 30 letters with 5 of them wrong is still beyond chance, while one of 5 letters must be exact.
 * Short phrases must also stand between spaces: "Retourstraat" is an address. */
#include "classifier/return_phrases.h"

#include "classifier/address.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/base/fold.h"
#include "schemas/base/hash.h"
#include "schemas/base/rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (4u << 20) /* bytes; the delivered list has 50 KB */
#define PHRASES_MAX 20000
#define COUNTRIES_FILE "postcodes.tsv" /* in the same folder, as */
#define NAMES_FILE "post_names.tsv"
#define NAMES_MAX 200
#define NAMES_COLUMNS 3
#define NAMES_EXPECTED "country, operator and name"
#define COLUMNS 7
#define EXPECTED                                                                                   \
    "country, operator, language, reason, weight (above 0, to 1), confidence and phrase"
#define NEEDLE_SIZE 256   /* bytes; the longest phrase has 100 */
#define EXACT_BELOW 6     /* letters: shorter phrases must be exact */
#define ONE_EDIT_BELOW 10 /* letters: shorter phrases may have one letter wrong */
#define EDIT_SHARE 0.17   /* of the letters of longer ones */
#define BOUND_BELOW 14    /* letters: shorter phrases must stand between spaces */
#define EDIT_COST 1.5     /* share of the weight lost per share of letters wrong */
#define STEM_MARK '*'     /* at the end of a phrase: the beginning of a word */
#define LETTERS_AN_EDIT                                                                            \
    20             /* of an instruction: "falls verzogen" must not be found in "verzogen", nor     \
                      "si non réclamé" in a ticked "non réclamé" */
#define FIT_COST 3 /* letters that a misread one takes away when phrases compete */
#define CANCEL_BYTES 40    /* an instruction cancels phrases this near: one line of print */
#define NEAREST_SHARE 0.4  /* letters wrong, of a line of which it is known that it is a reason; */
#define NEAREST_MARGIN 0.1 /* less than of any other reason */
#define NEAREST_LETTERS 5
#define XX_SHARING 20 /* countries that universal wording counts for */

struct phrases {
    struct phrase *phrase;
    int n;
    struct post_operator *operator_;
    int n_operators;
    struct countries *countries;
    char version[SHA256_HEX_SIZE];
};

static double trust_of(const char *confidence)
{
    return confidence[0] == 'A' ? 1.0 : confidence[0] == 'B' ? 0.8 : 0.6;
}

static bool copy_field(char *ret, size_t n, const char *text)
{
    size_t len = strlen(text);
    if (len >= n)
        return false;
    memcpy(ret, text, len + 1);
    return true;
}

static bool parse_row(char *const field[], struct phrase *ret)
{
    struct phrase phrase = {.weight = strtod(field[4], NULL), .trust = trust_of(field[5])};
    if (!copy_field(phrase.country, sizeof phrase.country, field[0]) ||
        !copy_field(phrase.operator_, sizeof phrase.operator_, field[1]) ||
        !copy_field(phrase.language, sizeof phrase.language, field[2]) ||
        !copy_field(phrase.reason, sizeof phrase.reason, field[3]) || !(phrase.weight > 0) ||
        phrase.weight > 1)
        return false;
    phrase.heading = strcmp(phrase.reason, "RETURN") == 0;
    phrase.preprinted = strcmp(phrase.reason, "PREPRINTED") == 0;
    char needle[NEEDLE_SIZE] = "";
    size_t len = strlen(field[6]);
    phrase.is_stem = len > 1 && field[6][len - 1] == STEM_MARK;
    if (phrase.is_stem)
        field[6][len - 1] = '\0';
    if (phrase_text_add(needle, sizeof needle, field[6]) < 0)
        return false;
    phrase.len = text_count(needle) - 2;
    if (phrase.is_stem) /* its word goes on */
        needle[strlen(needle) - 1] = '\0';
    phrase.needle = strdup(needle);
    *ret = phrase;
    return phrase.needle != NULL;
}

static int by_needle(const void *a, const void *b)
{
    const struct phrase *p = a, *q = b;
    int order = strcmp(p->needle, q->needle);
    return order ? order : strcmp(p->country, q->country);
}

/* Equal wording stands together after sorting: count the countries that share it. */
static void count_sharing(struct phrases *phrases)
{
    for (int i = 0, end; i < phrases->n; i = end) {
        int countries = 0;
        for (end = i; end < phrases->n &&
                      strcmp(phrases->phrase[end].needle, phrases->phrase[i].needle) == 0;
             end++) {
            const char *country = phrases->phrase[end].country;
            if (end == i || strcmp(country, phrases->phrase[end - 1].country) != 0)
                countries += strcmp(country, "XX") == 0 ? XX_SHARING : 1;
        }
        for (int k = i; k < end; k++)
            phrases->phrase[k].sharing = countries;
    }
}

static void beside(const char *path, const char *name, char ret[PATH_SIZE])
{
    snprintf(ret, PATH_SIZE, "%.*s%s", (int)(path_base(path) - path), path, name);
}

/* name: as it is shown; printed: as it may stand on a label. */
static void add_operator(struct phrases *phrases, const char *country, const char *name,
                         const char *printed)
{
    struct post_operator *post = &phrases->operator_[phrases->n_operators];
    bool known = strcmp(country, "XX") == 0;
    *post = (struct post_operator){.sharing = 1};
    snprintf(post->country, sizeof post->country, "%.2s", country);
    snprintf(post->name, sizeof post->name, "%.63s", name);
    text_fold(printed, post->folded, sizeof post->folded);
    text_unconfuse(post->folded, post->folded, sizeof post->folded);
    for (int k = 0; k < phrases->n_operators && !known; k++)
        known = strcmp(phrases->operator_[k].country, post->country) == 0 &&
                strcmp(phrases->operator_[k].folded, post->folded) == 0;
    phrases->n_operators += !known;
}

struct name_rows {
    struct phrases *phrases;
    int n;
};

static bool take_name(void *ctx, char *const field[], struct err *err)
{
    struct name_rows *names = ctx;
    if (strlen(field[0]) != 2 || names->n == NAMES_MAX)
        return err_set(err, "expected " NAMES_EXPECTED ", at most %d", NAMES_MAX);
    names->n++;
    add_operator(names->phrases, field[0], field[1], field[2]);
    return true;
}

/* Other names that posts print. */
static bool read_names(const char *path, struct phrases *phrases, struct err *err)
{
    struct buf text = {0};
    struct name_rows names = {.phrases = phrases};
    bool fine = file_read(path, FILE_MAX, &text, err) &&
                rows_read(text.data, path, NAMES_COLUMNS, NAMES_EXPECTED, take_name, &names, err);
    buf_finish(&text);
    return fine;
}

/* In the order in which phrases name them, then their other names. */
static bool list_operators(const char *phrases_path, struct phrases *phrases, struct err *err)
{
    char path[PATH_SIZE];
    phrases->operator_ = calloc((size_t)phrases->n + NAMES_MAX + 1, sizeof *phrases->operator_);
    if (!phrases->operator_)
        return err_set(err, "out of memory for the names of posts");
    for (int i = 0; i < phrases->n; i++) {
        const struct phrase *phrase = &phrases->phrase[i];
        add_operator(phrases, phrase->country, phrase->operator_, phrase->operator_);
    }
    beside(phrases_path, NAMES_FILE, path);
    if (!read_names(path, phrases, err))
        return false;
    for (int i = 0; i < phrases->n_operators; i++)
        for (int k = 0; k < i; k++)
            if (strcmp(phrases->operator_[i].folded, phrases->operator_[k].folded) == 0) {
                phrases->operator_[i].sharing++;
                phrases->operator_[k].sharing++;
            }
    return true;
}

int phrases_operators(const struct phrases *phrases, const struct post_operator **ret)
{
    *ret = phrases->operator_;
    return phrases->n_operators;
}

static bool load_countries(const char *phrases_path, struct phrases *ret, struct err *err)
{
    char path[PATH_SIZE];
    beside(phrases_path, COUNTRIES_FILE, path);
    return countries_load(path, &ret->countries, err);
}

const char *phrases_version(const struct phrases *phrases)
{
    return phrases->version;
}

const struct countries *phrases_countries(const struct phrases *phrases)
{
    return phrases->countries;
}

static bool take_phrase(void *ctx, char *const field[], struct err *err)
{
    struct phrases *phrases = ctx;
    if (phrases->n == PHRASES_MAX || !parse_row(field, &phrases->phrase[phrases->n]))
        return err_set(err, "expected " EXPECTED ", at most %d", PHRASES_MAX);
    phrases->n++;
    return true;
}

/* Appends the file's phrases to the list. */
static bool read_phrases(const char *path, struct phrases *phrases, struct sha256 *hash,
                         struct err *err)
{
    struct buf text = {0};
    bool fine = file_read(path, FILE_MAX, &text, err);
    if (fine)
        sha256_update(hash, text.data, text.len);
    fine = fine && rows_read(text.data, path, COLUMNS, EXPECTED, take_phrase, phrases, err);
    buf_finish(&text);
    return fine;
}

bool phrases_load(const char *path, const char *own_path, struct phrases **ret, struct err *err)
{
    struct sha256 hash;
    uint8_t sum[SHA256_SIZE];
    struct phrases *phrases = calloc(1, sizeof *phrases);
    if (phrases)
        phrases->phrase = calloc(PHRASES_MAX, sizeof *phrases->phrase);
    sha256_init(&hash);
    bool fine = (phrases && phrases->phrase) || err_set(err, "out of memory for %s", path);
    fine = fine && read_phrases(path, phrases, &hash, err) &&
           (!own_path || read_phrases(own_path, phrases, &hash, err)) &&
           load_countries(path, phrases, err);
    if (!fine) {
        phrases_destroy(phrases);
        return false;
    }
    sha256_final(&hash, sum);
    hex_encode(sum, sizeof sum, phrases->version);
    if (phrases->n > 1)
        qsort(phrases->phrase, (size_t)phrases->n, sizeof *phrases->phrase, by_needle);
    count_sharing(phrases);
    if (!list_operators(path, phrases, err)) {
        phrases_destroy(phrases);
        return false;
    }
    *ret = phrases;
    return true;
}

void phrases_destroy(struct phrases *phrases)
{
    if (!phrases)
        return;
    for (int i = 0; i < phrases->n; i++)
        free(phrases->phrase[i].needle);
    free(phrases->phrase);
    free(phrases->operator_);
    countries_destroy(phrases->countries);
    free(phrases);
}

int phrase_text_add(char *text, size_t n, const char *word)
{
    char folded[NEEDLE_SIZE];
    text_fold(word, folded, sizeof folded);
    text_unconfuse(folded, folded, sizeof folded);
    size_t len = strlen(text), more = strlen(folded), lead = len == 0 ? 1 : 0;
    if (more == 0 || len + lead + more + 2 > n)
        return -1;
    if (lead)
        text[len++] = ' ';
    memcpy(text + len, folded, more);
    memcpy(text + len + more, " ", 2);
    return (int)len;
}

static int edits_allowed(const struct phrase *phrase)
{
    if (phrase->preprinted) /* what cancels must itself be certain */
        return phrase->len / LETTERS_AN_EDIT;
    if (phrase->len < EXACT_BELOW || (phrase->is_stem && phrase->len < ONE_EDIT_BELOW))
        return 0;
    return phrase->len < ONE_EDIT_BELOW ? 1 : (int)(EDIT_SHARE * phrase->len);
}

static void reverse(char *text, int n)
{
    for (int i = 0, k = n - 1; i < k; i++, k--) {
        char c = text[i];
        text[i] = text[k];
        text[k] = c;
    }
}

/* Where the best match that ends at `end` begins: the needle reversed, found from there backwards.
 */
static int match_start(const char *text, int end, const char *needle)
{
    char back[2 * NEEDLE_SIZE], turned[NEEDLE_SIZE];
    int len = (int)strlen(needle), reach = end < 2 * len ? end : 2 * len;
    memcpy(back, text + end - reach, (size_t)reach);
    back[reach] = '\0';
    memcpy(turned, needle, (size_t)len + 1);
    reverse(back, reach);
    reverse(turned, len);
    int best = len + 1, best_at = reach;
    for (int at = 1; at <= reach; at++) { /* as a whole: the match may not begin anywhere else */
        char kept = back[at];
        back[at] = '\0';
        int edits = text_distance(back, turned);
        back[at] = kept;
        if (edits < best) {
            best = edits;
            best_at = at;
        }
    }
    return end - best_at;
}

static struct phrase_hit hit_at(const struct phrase *phrase, const char *text, int start, int end,
                                int edits)
{
    return (struct phrase_hit){.phrase = phrase,
                               .start = start + (text[start] == ' '),
                               .end = end - (text[end - 1] == ' '),
                               .fit = phrase->len - FIT_COST * edits,
                               .weight = phrase->weight * (1 - EDIT_COST * edits / phrase->len)};
}

static bool find(const struct phrase *phrase, const char *text, struct phrase_hit *ret)
{
    int end, edits = 0, allowed = edits_allowed(phrase);
    const char *exact = strstr(text, phrase->needle);
    if (exact)
        end = (int)(exact - text) + (int)strlen(phrase->needle);
    else if (allowed == 0 || (edits = text_find_approx(text, phrase->needle, &end)) > allowed)
        return false;
    int start =
        edits == 0 ? end - (int)strlen(phrase->needle) : match_start(text, end, phrase->needle);
    while (phrase->is_stem && text[end] && text[end - 1] != ' ')
        end++;
    bool bound = text[start] == ' ' && text[end - 1] == ' ';
    if (!bound && (phrase->len < BOUND_BELOW || phrase->preprinted))
        return false;
    *ret = hit_at(phrase, text, start, end, edits);
    return true;
}

/* Whether b makes a superfluous: wording that fits better over the same place, or an instruction
 * near. */
static bool is_covered(const struct phrase_hit *a, const struct phrase_hit *b)
{
    if (b->phrase->preprinted)
        return a->start < b->end + CANCEL_BYTES && a->end > b->start - CANCEL_BYTES;
    bool overlap = a->start < b->end && a->end > b->start;
    return overlap && a->fit < b->fit;
}

int phrases_match(const struct phrases *phrases, const char *text, struct phrase_hit *ret)
{
    struct phrase_hit found[4 * PHRASE_HITS_MAX];
    int n = 0, kept = 0;
    const char *last = "";
    bool last_hit = false;
    for (int i = 0; i < phrases->n && n < 4 * PHRASE_HITS_MAX; i++) {
        const struct phrase *phrase = &phrases->phrase[i];
        if (strcmp(phrase->needle, last) == 0) { /* the same wording in another country */
            if (last_hit) {
                found[n] = found[n - 1];
                found[n].phrase = phrase;
                found[n].weight *= phrase->weight / found[n - 1].phrase->weight;
                n++;
            }
            continue;
        }
        last = phrase->needle;
        last_hit = find(phrase, text, &found[n]);
        n += last_hit;
    }
    for (int i = 0; i < n && kept < PHRASE_HITS_MAX; i++) {
        bool covered = found[i].phrase->preprinted;
        for (int k = 0; k < n && !covered; k++)
            covered = is_covered(&found[i], &found[k]);
        if (!covered)
            ret[kept++] = found[i];
    }
    return kept;
}

int phrases_nearest(const struct phrases *phrases, const char *text, struct phrase_hit *ret)
{
    double best = NEAREST_SHARE, second = HUGE_VAL;
    int n = phrases_match(phrases, text, ret), kept = 0;
    for (int i = 0; i < n; i++) /* what is understood goes first; a heading is no reason */
        if (!ret[i].phrase->heading)
            ret[kept++] = ret[i];
    if (kept > 0)
        return kept;
    n = 0;
    for (int i = 0; i < phrases->n; i++) {
        const struct phrase *phrase = &phrases->phrase[i];
        int end;
        if (phrase->preprinted || phrase->heading || phrase->len < NEAREST_LETTERS)
            continue;
        int edits = text_find_approx(text, phrase->needle, &end);
        double share = (double)edits / phrase->len;
        bool same = n > 0 && strcmp(ret[0].phrase->reason, phrase->reason) == 0;
        if (share < best || (share == best && n == 0)) {
            second = n > 0 && !same ? best : second;
            best = share;
            n = 0;
        } else if (!same) {
            second = fmin(second, share);
        }
        if (share == best && (n == 0 || same) && n < PHRASE_HITS_MAX)
            ret[n++] = hit_at(phrase, text, match_start(text, end, phrase->needle), end, edits);
    }
    return second - best < NEAREST_MARGIN ? 0 : n;
}
