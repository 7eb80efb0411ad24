/* A phrase counts as read when its words stand together, in order and whole; gaps and line ends do
 * not matter, nor what OCR makes of an emblem beside them. One letter in ten may be another one:
 * that is what reading clean print of 8 pt gets wrong at most, and what an imitator changes in a
 * name. What a single word or a few common ones say is little: a name of one word must stand alone
 * ("Havenmeester", not "Havenmeester Verhuur"), and words that stand on anybody's envelope make no
 * phrase. A slogan says less than a name, since firms of one trade may share it (verdict.c asks for
 * more). An address claims only with postcode and house number together with some of the name, with
 * the web address, or when a part of each line is there (sender_text.h). */
#include "classifier/claim_words.h"

#include "classifier/common_words.h"
#include "schemas/base/fold.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NAME_LETTERS_MIN 6 /* shorter names are words of any language */
#define SLOGAN_WORDS_MIN 3 /* and letters: fewer are a seal, or what a trade says of itself */
#define SLOGAN_LETTERS_MIN 12
#define LOGO_WORD_MIN 3 /* letters: an emblem is read as shorter ones */
#define UNCOMMON_SHARE 0.5
#define EDIT_COST 4.0 /* one letter in ten misread leaves SENDER_CLAIM_SCORE */
#define NOISE_LETTERS 2
#define EMBLEM_LETTERS 3  /* before the first word of a line */
#define STRANGE_LETTERS 4 /* or digits of a postcode, of words that tell whose they are: */
#define STRANGE_WORDS 2   /* one may be a fault of reading */
#define TOKENS_MAX 512
#define GLUED_SIZE 256
#define BESIDE_HEIGHTS 2.0 /* between words of one name; a word space is 0.3 */
#define BELOW_HEIGHTS 1.0
#define AS_LARGE 0.6 /* with or without ascenders */

/* Folded words of `text`, one by one. Returns how many. */
static int split(const char *text, char ret[][SENDER_WORD_SIZE], int max)
{
    char folded[CLAIM_TEXT_SIZE];
    int n = 0;
    text_fold(text, folded, sizeof folded);
    for (char *save = NULL, *part = strtok_r(folded, " ", &save); part && n < max;
         part = strtok_r(NULL, " ", &save))
        snprintf(ret[n++], SENDER_WORD_SIZE, "%.*s", SENDER_WORD_SIZE - 1, part);
    return n;
}

struct phrase_rule {
    bool slogan;
    int word_min; /* letters of a word that is kept */
    int words_min, letters_min;
};
static const struct phrase_rule name_rule = {
    .word_min = 1, .words_min = 1, .letters_min = NAME_LETTERS_MIN};
static const struct phrase_rule logo_rule = {
    .word_min = LOGO_WORD_MIN, .words_min = 1, .letters_min = NAME_LETTERS_MIN};
static const struct phrase_rule slogan_rule = {.slogan = true,
                                               .word_min = 1,
                                               .words_min = SLOGAN_WORDS_MIN,
                                               .letters_min = SLOGAN_LETTERS_MIN};

static void add_phrase(struct claim_words *words, const char *text, const struct phrase_rule *rule)
{
    char word[CLAIM_PHRASE_WORDS + 1][SENDER_WORD_SIZE];
    struct claim_phrase phrase = {.slogan = rule->slogan};
    int letters = 0, uncommon = 0, n = split(text, word, CLAIM_PHRASE_WORDS + 1);
    if (n > CLAIM_PHRASE_WORDS || words->n == CLAIM_PHRASES_MAX)
        return;
    for (int i = 0; i < n; i++) {
        int len = text_count(word[i]);
        if (len < rule->word_min || (n > 1 && is_legal_form(word[i])))
            continue;
        letters += len;
        uncommon += is_common_word(word[i]) ? 0 : len;
        text_unconfuse(word[i], phrase.word[phrase.n++], SENDER_WORD_SIZE);
    }
    if (phrase.n >= rule->words_min && letters >= rule->letters_min &&
        uncommon >= UNCOMMON_SHARE * letters)
        words->phrase[words->n++] = phrase;
}

static void add_own(struct claim_words *words, const char *text)
{
    char folded[CLAIM_TEXT_SIZE];
    size_t len = strlen(words->own);
    text_fold(text, folded, sizeof folded);
    text_unconfuse(folded, folded, sizeof folded);
    size_t n = strlen(folded);
    if (!n || len + n + 2 >= sizeof words->own)
        return;
    if (!len)
        words->own[len++] = ' ';
    memcpy(words->own + len, folded, n);
    memcpy(words->own + len + n, " ", sizeof " ");
}

/* The text of a logo without what its emblem is read as, beside every line: unless that is all. */
static void without_emblem(const char *text, char *ret, size_t size)
{
    size_t len = 0;
    int letters = 0;
    ret[0] = '\0';
    for (const char *line = text; *line && len + 1 < size;) {
        char first[SENDER_WORD_SIZE];
        const char *rest = line + strspn(line, " ");
        int word = (int)strcspn(rest, " \n");
        char copy[SENDER_WORD_SIZE];
        snprintf(copy, sizeof copy, "%.*s", word, rest);
        text_fold(copy, first, sizeof first);
        if (text_count(first) <= EMBLEM_LETTERS)
            rest += word;
        int n = (int)strcspn(rest, "\n");
        len += (size_t)snprintf(ret + len, size - len, "%.*s ", n, rest);
        letters += n;
        line = rest + n + (rest[n] == '\n');
    }
    if (letters < NAME_LETTERS_MIN)
        snprintf(ret, size, "%s", text);
}

void claim_words_of(const struct template_data *data, struct claim_words *ret)
{
    bool named = false;
    *ret = (struct claim_words){.data = data};
    for (int i = 0; i < data->n_elements; i++) {
        const struct template_element *element = &data->element[i];
        char name[SENDER_WORD_SIZE * CLAIM_PHRASE_WORDS];
        add_own(ret, element->text);
        if (strcmp(element->kind, "slogan") == 0) {
            add_phrase(ret, element->text, &slogan_rule);
        } else if (strcmp(element->kind, "sender") == 0) {
            sender_name(element->text, name, sizeof name);
            add_phrase(ret, name, &name_rule);
            named |= *name != '\0';
        }
    }
    for (int i = 0; i < data->n_elements && !named; i++) { /* else the logo repeats the name, */
        char text[CLAIM_TEXT_SIZE];                        /* and is read worse */
        if (strcmp(data->element[i].kind, "logo") != 0)
            continue;
        without_emblem(data->element[i].text, text, sizeof text);
        add_phrase(ret, text, &logo_rule);
    }
}

struct token {
    char word[SENDER_WORD_SIZE]; /* folded */
    char text[SENDER_WORD_SIZE]; /* unconfused */
    int letters;
    int from;   /* the word it is of */
    bool first; /* on its line */
};

static int tokens_of(const struct read_word *word, int n, struct token *ret)
{
    int n_tokens = 0;
    for (int i = 0; i < n; i++) {
        char part[CLAIM_PHRASE_WORDS][SENDER_WORD_SIZE];
        int n_parts = split(word[i].text, part, CLAIM_PHRASE_WORDS);
        for (int k = 0; k < n_parts && n_tokens < TOKENS_MAX; k++) {
            struct token *token = &ret[n_tokens++];
            *token =
                (struct token){.from = i,
                               .letters = text_count(part[k]),
                               .first = k == 0 && (i == 0 || word[i - 1].line != word[i].line)};
            memcpy(token->word, part[k], sizeof token->word);
            text_unconfuse(part[k], token->text, sizeof token->text);
        }
    }
    return n_tokens;
}

static bool is_of_phrase(const struct token *token, const struct claim_phrase *phrase)
{
    for (int i = 0; i < phrase->n; i++)
        if (strcmp(token->text, phrase->word[i]) == 0)
            return true;
    return false;
}

/* Without what emblems, postmarks and specks are read as. */
static int drop_noise(const struct token *token, int n, const struct claim_phrase *phrase,
                      struct token *ret)
{
    int kept = 0;
    for (int i = 0; i < n; i++)
        if (token[i].letters > (token[i].first ? EMBLEM_LETTERS : NOISE_LETTERS) ||
            is_of_phrase(&token[i], phrase))
            ret[kept++] = token[i];
    return kept;
}

static void glue(const struct claim_phrase *phrase, char ret[GLUED_SIZE])
{
    size_t len = 0;
    ret[0] = '\0';
    for (int i = 0; i < phrase->n; i++)
        len += (size_t)snprintf(ret + len, GLUED_SIZE - len, "%.*s",
                                (int)(GLUED_SIZE / CLAIM_PHRASE_WORDS - 1), phrase->word[i]);
}

/* Fewest edits that make whole words one after the other the phrase. */
static int fewest_edits(const struct token *token, int n, const char *phrase, int *ret_first,
                        int *ret_last)
{
    int letters = text_count(phrase), best = letters;
    for (int i = 0; i < n; i++) {
        char glued[GLUED_SIZE] = "";
        size_t len = 0;
        for (int k = i; k < n && text_count(glued) < letters; k++) {
            if (len + strlen(token[k].text) >= sizeof glued)
                break;
            strcpy(glued + len, token[k].text);
            len += strlen(token[k].text);
            int edits = text_distance(glued, phrase);
            if (edits < best) {
                best = edits;
                *ret_first = i;
                *ret_last = k;
            }
        }
    }
    return best;
}

/* Whether b stands beside, above or below a, as words of one name do. */
static bool is_next_to(const double a[4], const double b[4])
{
    double high = fmin(a[3], b[3]), low = fmax(a[3], b[3]);
    double across = fmax(a[0], b[0]) - fmin(a[0] + a[2], b[0] + b[2]); /* gap; overlap below 0 */
    double down = fmax(a[1], b[1]) - fmin(a[1] + a[3], b[1] + b[3]);
    if (high < AS_LARGE * low)
        return false;
    return (down < 0 && across < BESIDE_HEIGHTS * low) ||
           (across < 0 && down < BELOW_HEIGHTS * low);
}

static bool is_own(const struct claim_words *words, const struct token *token)
{
    char spaced[SENDER_WORD_SIZE + 2];
    snprintf(spaced, sizeof spaced, " %.*s ", SENDER_WORD_SIZE - 1, token->text);
    return strstr(words->own, spaced) != NULL;
}

/* A word that is not the firm's, set together with its name of one word: another name. */
static bool has_stranger_beside(const struct claim_words *words, const struct read_word *word,
                                const struct token *token, int n, int first, int last)
{
    for (int i = 0; i < n; i++) {
        const double *box = word[token[i].from].box_mm;
        bool itself = i >= first && i <= last;
        if (!itself && !is_own(words, &token[i]) &&
            (is_next_to(word[token[first].from].box_mm, box) ||
             is_next_to(word[token[last].from].box_mm, box)))
            return true;
    }
    return false;
}

/* Several tokens may be of one word. */
static void add_word(struct claim_match *match, int word)
{
    if (match->n < CLAIM_MATCH_WORDS && (match->n == 0 || match->word[match->n - 1] != word))
        match->word[match->n++] = word;
}

static struct claim_match match_phrase(const struct claim_words *words,
                                       const struct claim_phrase *phrase,
                                       const struct read_word *word, const struct token *all,
                                       int n_all)
{
    struct token token[TOKENS_MAX];
    char glued[GLUED_SIZE];
    struct claim_match ret = {.slogan = phrase->slogan};
    int first = 0, last = 0, n = drop_noise(all, n_all, phrase, token);
    glue(phrase, glued);
    double edits = fewest_edits(token, n, glued, &first, &last);
    ret.score = fmax(0, 1 - EDIT_COST * edits / fmax(1, text_count(glued)));
    if (n == 0 || (phrase->n == 1 && has_stranger_beside(words, word, token, n, first, last)))
        ret.score = 0;
    for (int i = first; i <= last && ret.score > 0; i++)
        add_word(&ret, token[i].from);
    return ret;
}

/* Name and address as one block; what the name alone says is judged by its phrase. */
static struct claim_match match_sender(const struct claim_words *words,
                                       const struct read_word *word, int n)
{
    char text[CLAIM_TEXT_SIZE] = "";
    size_t len = 0;
    struct claim_match ret = {0};
    for (int i = 0; i < n && len + sizeof word[i].text + 1 < sizeof text; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", word[i].text,
                                i + 1 < n && word[i + 1].line != word[i].line ? "\n" : " ");
    for (int i = 0; i < words->data->n_elements && n > 0; i++) {
        const struct template_element *element = &words->data->element[i];
        struct sender_match match;
        if (strcmp(element->kind, "sender") != 0)
            continue;
        sender_text_match(text, element->text, &match);
        if ((match.postcode && match.house_number) || match.contact)
            ret.score = fmax(ret.score, match.score);
        if (match.in_part)
            ret.score = fmax(ret.score, SENDER_CLAIM_SCORE);
    }
    for (int i = 0; i < n && ret.score > 0; i++)
        add_word(&ret, i);
    return ret;
}

/* A name that is read makes a claim by itself, so it goes before a slogan that is read better. */
static bool says_more(const struct claim_match *a, const struct claim_match *b)
{
    bool a_claims = a->score >= SENDER_CLAIM_SCORE, b_claims = b->score >= SENDER_CLAIM_SCORE;
    if (a_claims && b_claims && a->slogan != b->slogan)
        return b->slogan;
    return a->score > b->score;
}

struct claim_match claim_words_match(const struct claim_words *words, const struct read_word *word,
                                     int n)
{
    struct token token[TOKENS_MAX];
    int n_tokens = tokens_of(word, n, token);
    struct claim_match best = match_sender(words, word, n);
    for (int i = 0; i < words->n; i++) {
        struct claim_match match = match_phrase(words, &words->phrase[i], word, token, n_tokens);
        if (says_more(&match, &best))
            best = match;
    }
    return best;
}

bool claim_words_of_stranger(const struct claim_words *words, const struct read_word *word, int n)
{
    struct token token[TOKENS_MAX];
    int strange = 0, n_tokens = tokens_of(word, n, token);
    for (int i = 0; i < n_tokens; i++)
        strange += token[i].letters >= STRANGE_LETTERS && !is_own(words, &token[i]) &&
                   word[token[i].from].confidence >= READ_WELL && !is_common_word(token[i].word);
    return strange >= STRANGE_WORDS;
}
