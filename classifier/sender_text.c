/* An imitation repeats the firm's name and address, often with small faults: the legal form gone, a
 * letter off, an address the firm left years ago. Two questions are therefore kept apart: does this
 * text claim to be the firm (tolerant: misread letters and lost words must not hide a claim), and
 * which words differ (strict: only what reading cannot confuse counts as a difference).
 *
 * Name and address are independent witnesses, so they join like probabilities: the exact name alone
 * makes a claim, the postcode with the house number alone does not (neighbours share them), both
 * together are close to certain. A web address or a telephone number is as much one firm's own as
 * its name, when every letter of it is read. A label over one side of the block leaves each line
 * its beginning or its end: a few letters each, but three lines that agree so, the name's among
 * them, are no chance. A name whose every word is there but one ("Huis & Hof Tuinen" for
 * "Huis & Hof Wonen") is another firm: likeness counts only above NAME_LIKE. */
#include "classifier/sender_text.h"

#include "classifier/common_words.h"
#include "schemas/base/fold.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX 4096     /* bytes of either text that are looked at; a full side has 1500 */
#define TEMPLATE_WORDS 64 /* a sender block has 5 to 25 words */
#define READ_WORDS 512
#define LINES_MAX 24
#define NAME_LIKE 0.6      /* likeness where a name begins to count: a shared first word is below */
#define NEAR_SHARE 0.34    /* edits per letter up to which a word is the same word misprinted */
#define NAME_WEIGHT 0.7    /* what the exact name alone is worth: above SENDER_CLAIM_SCORE */
#define KEY_WEIGHT 0.5     /* postcode with house number: below SENDER_CLAIM_SCORE */
#define PLACE_WEIGHT 0.15  /* street and place words */
#define CONTACT_WEIGHT 0.7 /* a web address, as the name */
#define CONTACT_LETTERS 9  /* "www" with it; a telephone number has ten digits */
#define PART_LETTERS 4     /* of a line's beginning or end */
#define PART_LINES 3       /* "Jansen", "Kerkstraat", "1969": any two may be a neighbour's */
#define NUMBER_EDITS 1     /* a number this near is named as what stands there, though it differs */
#define GLUED_MIN 4        /* letters of a word that may be found inside glued text */

enum kind { KIND_NAME, KIND_LEGAL, KIND_STREET, KIND_HOUSE, KIND_POSTCODE, KIND_PLACE, KIND_OTHER };

struct word {
    char text[SENDER_WORD_SIZE];
    char plain[SENDER_WORD_SIZE]; /* text_unconfuse of it */
    int line;
    enum kind kind;
};

/* Lines that start so carry numbers which are no address. */
static const char *const contact_words[] = {"TEL",   "T",    "TELEFOON", "TELEFON", "FAX",
                                            "KVK",   "BTW",  "IBAN",     "WWW",     "E",
                                            "EMAIL", "MAIL", "HTTP",     "HTTPS",   "INFO"};
/* That what follows is the sender. */
static const char *const labels[] = {"AFZENDER", "AFZ",        "RETOURADRES", "RETOUR", "ABSENDER",
                                     "ABS",      "EXPEDITEUR", "EXP",         "SENDER", "RETURN"};

static bool in_list(const char *text, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(text, list[i]) == 0)
            return true;
    return false;
}
#define IN_LIST(text, list) in_list(text, list, sizeof(list) / sizeof *(list))

static bool has_digit(const char *text)
{
    return text[strcspn(text, "0123456789")] != '\0';
}

/* Four characters that are, or are read for, digits: the first half of a Dutch postcode. */
static bool is_four_digits(const char *text)
{
    int digits = 0;
    for (const char *p = text; *p; p++) {
        if (!strchr("0123456789OILSBZG", *p))
            return false;
        digits += isdigit((unsigned char)*p) != 0;
    }
    return strlen(text) == 4 && digits >= 2;
}

static bool is_two_letters(const char *text)
{
    return strlen(text) == 2 && isalnum((unsigned char)text[0]) &&
           isalnum((unsigned char)text[1]) &&
           (isalpha((unsigned char)text[0]) || isalpha((unsigned char)text[1]));
}

static bool append(char *ret, size_t size, const char *more)
{
    size_t len = strlen(ret);
    if (len + strlen(more) >= size)
        return false;
    strcpy(ret + len, more);
    return true;
}

/* Words of one folded line. "B V" becomes BV, "1969 LH" becomes 1969LH: writers differ in the gap.
 */
static int split_line(char *folded, int line, struct word *ret, int n, int max)
{
    bool letters = false; /* the word before was a run of single characters */
    int first = n;
    for (char *save = NULL, *part = strtok_r(folded, " ", &save); part;
         part = strtok_r(NULL, " ", &save)) {
        struct word *last = n > first ? &ret[n - 1] : NULL;
        bool single = part[1] == '\0';
        if (last && ((single && letters) || (is_four_digits(last->text) && is_two_letters(part))) &&
            append(last->text, sizeof last->text, part))
            continue;
        if (n == max)
            break;
        ret[n] = (struct word){.line = line, .kind = KIND_OTHER};
        snprintf(ret[n].text, sizeof ret[n].text, "%.*s", SENDER_WORD_SIZE - 1, part);
        n++;
        letters = single;
    }
    for (int i = first; i < n; i++)
        text_unconfuse(ret[i].text, ret[i].plain, sizeof ret[i].plain);
    return n;
}

/* A sign that stands alone between spaces parts what is on both sides of it, unless it joins. OCR
 * makes any of them out of a middle dot. */
static bool is_lone_sign(const char *text, const char *p)
{
    char sign[8], folded[2 * sizeof sign];
    if (p == text || p[-1] != ' ')
        return false;
    size_t n = strcspn(p, " \t\r\n");
    if (n == 0 || n >= sizeof sign || p[n] != ' ')
        return false;
    snprintf(sign, sizeof sign, "%.*s", (int)n, p);
    text_fold(sign, folded, sizeof folded);
    return !*folded && strcmp(sign, "&") != 0 && strcmp(sign, "+") != 0;
}

/* Lines end at line breaks, bars, bullets, and at signs with spaces around; in a text that is one
 * line (above a window) at commas too. */
static int split_text(const char *text, struct word *ret, int max)
{
    const char *breaks = strchr(text, '\n') ? "\r\n|;" : "|;,";
    static const char bullet[] = "\xe2\x80\xa2", middle_dot[] = "\xc2\xb7";
    char line[TEXT_MAX], folded[TEXT_MAX];
    int n = 0, n_line = 0;
    size_t len = 0;
    for (const char *p = text;; p++) {
        bool dot = strncmp(p, bullet, 3) == 0 || strncmp(p, middle_dot, 2) == 0;
        bool end = *p == '\0' || p - text >= TEXT_MAX - 1;
        if (!end && !dot && !is_lone_sign(text, p) && !strchr(breaks, *p)) {
            line[len++] = *p;
            continue;
        }
        line[len] = '\0';
        len = 0;
        text_fold(line, folded, sizeof folded);
        if (*folded)
            n = split_line(folded, n_line++, ret, n, max);
        if (end)
            return n;
    }
}

static bool line_has_digit(const struct word *word, int n, int first)
{
    for (int i = first; i < n && word[i].line == word[first].line; i++)
        if (has_digit(word[i].text))
            return true;
    return false;
}

/* "Retouradres" and its like go before many a sender, and so may a line of what posts print:
 * neither is his name. An address is none either, so what stands before it stays. */
static int drop_before_name(struct word *word, int n)
{
    int first = 0;
    while (first + 1 < n && IN_LIST(word[first].text, labels))
        first++;
    for (int i = first; i + 1 < n && is_common_word(word[i].text); i++)
        if (word[i + 1].line != word[i].line && !line_has_digit(word, n, i + 1))
            first = i + 1;
    int line = first < n ? word[first].line : 0;
    for (int i = first; i < n; i++) {
        word[i - first] = word[i];
        word[i - first].line -= line;
    }
    return n - first;
}

/* A word that can be a postcode by its shape: Dutch, or 4 to 6 digits, or letters mixed with
 * digits. */
static bool is_postcode(const char *text)
{
    size_t len = strlen(text), digits = strspn(text, "0123456789");
    if (digits == len)
        return len >= 4 && len <= 6;
    return len == 6 && digits == 4;
}

/* One line whose signs were lost in reading: the name ends with the legal form, else before the
 * word in front of the first number (a street has one at least); the place begins with the
 * postcode. */
static void part_one_line(struct word *word, int n)
{
    int name_end = 0, postcode = 0;
    if (n == 0 || word[n - 1].line > 0)
        return;
    for (int i = 1; i < n && !name_end; i++)
        if (is_legal_form(word[i].text))
            name_end = i + 1;
        else if (has_digit(word[i].text))
            name_end = i - 1;
    for (int i = name_end + 1; i < n && name_end > 0 && !postcode; i++)
        if (is_postcode(word[i].text) && i + 1 < n && !has_digit(word[i + 1].text))
            postcode = i;
    for (int i = 0; i < n && postcode > 0; i++)
        word[i].line = i < name_end ? 0 : i < postcode ? 1 : 2;
}

/* The line on which a place follows the postcode ("53113 BONN", "D 53113 BONN"), else the last line
 * with a word of that shape: a box number ("POSTFACH 1234") looks the same but ends its line. */
static int find_postcode_line(const struct word *word, int n)
{
    int last = -1;
    for (int i = 0; i < n; i++) {
        if (word[i].line == 0 || !is_postcode(word[i].text))
            continue;
        last = word[i].line;
        bool place_follows = i + 1 < n && word[i + 1].line == last && !has_digit(word[i + 1].text);
        bool leads = word[i - 1].line != last || strlen(word[i - 1].text) <= 2;
        if (place_follows && leads)
            return last;
    }
    return last;
}

/* What each word of the template is. The name stands on the first line; the line with the postcode
 * holds the place; lines between are the street, of which a word with a digit is the house number.
 */
static void classify(struct word *word, int n)
{
    part_one_line(word, n);
    int postcode_line = find_postcode_line(word, n);
    bool contact[LINES_MAX] = {false};
    for (int i = 0; i < n; i++) {
        struct word *w = &word[i];
        bool first = i == 0 || word[i - 1].line != w->line;
        if (w->line < LINES_MAX && first)
            contact[w->line] = w->line > 0 && IN_LIST(w->text, contact_words);
        if (i > 0 && w->line == 0 && is_legal_form(w->text))
            w->kind = KIND_LEGAL;
        else if (w->line == 0)
            w->kind = KIND_NAME;
        else if (w->line < LINES_MAX && contact[w->line])
            w->kind = KIND_OTHER;
        else if (w->line == postcode_line)
            w->kind = is_postcode(w->text)  ? KIND_POSTCODE
                      : strlen(w->text) > 2 ? KIND_PLACE
                                            : KIND_OTHER;
        else if (postcode_line < 0 || w->line < postcode_line)
            w->kind = has_digit(w->text) ? KIND_HOUSE : KIND_STREET;
        else
            w->kind = KIND_OTHER;
    }
}

static int split_template(const char *text, struct word ret[TEMPLATE_WORDS])
{
    int n = drop_before_name(ret, split_text(text, ret, TEMPLATE_WORDS));
    classify(ret, n);
    return n;
}

void sender_name(const char *template_text, char *ret, size_t size)
{
    struct word word[TEMPLATE_WORDS];
    int n = split_template(template_text, word);
    ret[0] = '\0';
    for (int i = 0; i < n; i++)
        if (word[i].kind == KIND_NAME && (!*ret || append(ret, size, " ")) &&
            !append(ret, size, word[i].text))
            return;
}

struct read_text {
    struct word word[READ_WORDS];
    int n;
    char glued[TEXT_MAX]; /* all plain words without spaces */
};

static void read_prepare(const char *text, struct read_text *ret)
{
    ret->n = split_text(text, ret->word, READ_WORDS);
    ret->glued[0] = '\0';
    for (int i = 0; i < ret->n; i++)
        append(ret->glued, sizeof ret->glued, ret->word[i].plain);
}

/* Whether the gap beside the word was lost ("DENHAAG"): short words are looked for with the one
 * that follows or goes before. */
static bool is_glued(const struct read_text *read, const struct word *word, int i, int n)
{
    char pair[2 * SENDER_WORD_SIZE] = "";
    if (strlen(word[i].plain) >= GLUED_MIN)
        return strstr(read->glued, word[i].plain) != NULL;
    int first = i + 1 < n && word[i + 1].line == word[i].line ? i : i - 1;
    if (first < 0 || word[first].line != word[i].line)
        return false;
    append(pair, sizeof pair, word[first].plain);
    append(pair, sizeof pair, word[first + 1].plain);
    return !has_digit(word[i].text) && strlen(pair) >= GLUED_MIN && strstr(read->glued, pair);
}

/* Edits from word i of the template to the nearest word that was read; *ret_at is its index or -1
 * when none is near. Numbers and short words must be exact: 12 is not 13. */
static int nearest(const struct read_text *read, const struct word *word, int i, int n, int *ret_at)
{
    const struct word *wanted = &word[i];
    int len = text_count(wanted->plain), best = len;
    *ret_at = -1;
    for (int k = 0; k < read->n; k++) {
        int edits = text_distance(read->word[k].plain, wanted->plain);
        if (edits < best) {
            best = edits;
            *ret_at = k;
        }
        if (edits == 0)
            return 0;
    }
    if (is_glued(read, word, i, n))
        return 0;
    bool exact_only = has_digit(wanted->text) || len < GLUED_MIN;
    if (best > (exact_only ? NUMBER_EDITS : (int)(NEAR_SHARE * len)))
        *ret_at = -1;
    return exact_only && best > 0 ? len : best;
}

static void add_difference(struct sender_match *ret, const struct word *wanted, const char *seen)
{
    if (ret->n_differs == SENDER_DIFFERS_MAX)
        return;
    int i = ret->n_differs++;
    memcpy(ret->differs[i].expected, wanted->text, sizeof wanted->text);
    append(ret->differs[i].seen, sizeof ret->differs[i].seen, seen);
}

struct tally {
    double found, all; /* letters */
};

static double share(const struct tally *tally)
{
    return tally->all > 0 ? tally->found / tally->all : 0;
}

/* The words of a line glued, from word i on, which may be inside it; returns the index of the next
 * line's first word. */
static int glue_line(const struct word *word, int n, int i, char ret[TEXT_MAX])
{
    int line = word[i].line;
    ret[0] = '\0';
    for (; i < n && word[i].line == line; i++)
        append(ret, TEXT_MAX, word[i].plain);
    return i;
}

static bool has_contact(const struct read_text *read, const struct word *word, int n)
{
    char line[TEXT_MAX];
    for (int i = 0, next; i < n; i = next) {
        next = glue_line(word, n, i, line);
        if (word[i].line > 0 && IN_LIST(word[i].text, contact_words) &&
            strlen(line) >= CONTACT_LETTERS && strstr(read->glued, line))
            return true;
    }
    return false;
}

/* Whether a line of the template is read in part: its first letters where a word begins, or its
 * last where one ends, with anything before or after. */
static bool line_in_part(const struct read_text *read, const char *line)
{
    char glued[TEXT_MAX];
    size_t letters = strlen(line);
    for (int i = 0, next; letters >= PART_LETTERS && i < read->n; i = next) {
        next = glue_line(read->word, read->n, i, glued);
        size_t len = strlen(glued), at = 0;
        for (int k = i; k < next && at < len; k++) {
            size_t end = at + strlen(read->word[k].plain);
            if (strncmp(glued + at, line, PART_LETTERS) == 0)
                return true;
            if (end >= PART_LETTERS && end <= len &&
                memcmp(glued + end - PART_LETTERS, line + letters - PART_LETTERS, PART_LETTERS) ==
                    0)
                return true;
            at = end;
        }
    }
    return false;
}

static bool is_in_part(const struct read_text *read, const struct word *word, int n)
{
    char line[TEXT_MAX];
    bool name = false;
    int lines = 0;
    for (int i = 0, next; i < n; i = next) {
        int first = i;
        while (first + 1 < n && word[first + 1].line == word[i].line &&
               IN_LIST(word[first].text, contact_words)) /* everybody's begins with www */
            first++;
        next = glue_line(word, n, first, line);
        bool found = line_in_part(read, line);
        name |= found && word[i].line == 0;
        lines += found;
    }
    return name && lines >= PART_LINES;
}

static double join(const struct sender_match *m)
{
    double name = m->name > NAME_LIKE ? (m->name - NAME_LIKE) / (1 - NAME_LIKE) : 0;
    bool key = m->postcode && (m->house_number || !m->has_key);
    double place = (m->street + m->place) / 2;
    return 1 - (1 - NAME_WEIGHT * name) * (1 - KEY_WEIGHT * key) * (1 - PLACE_WEIGHT * place) *
                   (1 - CONTACT_WEIGHT * m->contact);
}

bool sender_text_match(const char *ocr_text, const char *template_text, struct sender_match *ret)
{
    struct word wanted[TEMPLATE_WORDS];
    struct read_text read;
    *ret = (struct sender_match){0};
    int n = split_template(template_text, wanted);
    read_prepare(ocr_text, &read);
    struct tally tally[KIND_OTHER + 1] = {0};
    for (int i = 0; i < n; i++) {
        int at, len = text_count(wanted[i].plain), edits = nearest(&read, wanted, i, n, &at);
        bool near = edits <= (int)(NEAR_SHARE * len);
        tally[wanted[i].kind].all += len;
        tally[wanted[i].kind].found += near ? len - edits : 0;
        if (edits > 0)
            add_difference(ret, &wanted[i], at >= 0 ? read.word[at].text : "");
    }
    ret->name = share(&tally[KIND_NAME]);
    ret->street = share(&tally[KIND_STREET]);
    ret->place = share(&tally[KIND_PLACE]);
    ret->has_key = tally[KIND_POSTCODE].all > 0 && tally[KIND_HOUSE].all > 0;
    ret->postcode = tally[KIND_POSTCODE].all > 0 && share(&tally[KIND_POSTCODE]) == 1;
    ret->house_number = tally[KIND_HOUSE].all > 0 && share(&tally[KIND_HOUSE]) == 1;
    ret->legal_form_differs = tally[KIND_LEGAL].found < tally[KIND_LEGAL].all;
    ret->contact = has_contact(&read, wanted, n);
    ret->in_part = is_in_part(&read, wanted, n);
    ret->score = n > 0 ? join(ret) : 0;
    return ret->score >= SENDER_CLAIM_SCORE;
}
