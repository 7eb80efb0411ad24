/* The postcode is the strong key: it has a form that the table knows, and a place stands beside it.
 * Bare groups of four or five digits fit a dozen countries each; the country's own line, a prefix
 * or a form that only one has then tells which. Letters that a reader takes for digits (O, I, S, B)
 * are read as digits where digits must be. */
#include "classifier/address.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/base/fold.h"
#include "schemas/base/rows.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (1u << 20)
#define COUNTRIES_MAX 120
#define NAMES_MAX 24 /* of one country */
#define COLUMNS 5    /* country postcode prefix weight names */
#define EXPECTED "country, postcode, prefix, weight and names"
#define LINES_MAX 16
#define LINE_SIZE 128
#define SURE_WEIGHT 0.35  /* of the table: such a form tells its country */
#define NAME_EDITS_FROM 7 /* letters: shorter names must be exact */

struct country {
    char code[3];
    regex_t bare, prefixed; /* at the start of what is looked at */
    bool has_prefix;
    double weight;
    int n_names;
    char *name[NAMES_MAX]; /* folded, unconfused */
};

struct countries {
    struct country country[COUNTRIES_MAX];
    int n;
};

static bool add_names(struct country *to, char *names)
{
    for (char *name; (name = strsep(&names, "|")) != NULL;) {
        char folded[LINE_SIZE];
        text_fold(name, folded, sizeof folded);
        text_unconfuse(folded, folded, sizeof folded);
        if (!*folded || to->n_names == NAMES_MAX)
            continue;
        if ((to->name[to->n_names] = strdup(folded)) == NULL)
            return false;
        to->n_names++;
    }
    return true;
}

static bool is_pattern(const char *text)
{
    regex_t pattern;
    bool fine = regcomp(&pattern, text, REG_EXTENDED | REG_NOSUB) == 0;
    if (fine)
        regfree(&pattern);
    return fine;
}

/* False when the row is none of a country. Both patterns take the code at the start of a text and
 * end it at a word's end. */
static bool parse_row(char *const field[], struct country *ret)
{
    char pattern[512];
    if (strlen(field[0]) != 2 || !is_pattern(field[1]) || (*field[2] && !is_pattern(field[2])))
        return false; /* alone: together with what is put around it a bracket may be closed by
                         chance */
    memcpy(ret->code, field[0], 3);
    ret->weight = strtod(field[3], NULL);
    snprintf(pattern, sizeof pattern, "^(%s)([^A-Z0-9]|$)", field[1]);
    if (regcomp(&ret->bare, pattern, REG_EXTENDED) != 0)
        return false;
    ret->has_prefix = *field[2] != '\0';
    snprintf(pattern, sizeof pattern, "^((%s) ?(%s))([^A-Z0-9]|$)", field[2], field[1]);
    if (ret->has_prefix && regcomp(&ret->prefixed, pattern, REG_EXTENDED) != 0) {
        regfree(&ret->bare);
        return false;
    }
    return add_names(ret, field[4]);
}

static bool take_country(void *ctx, char *const field[], struct err *err)
{
    struct countries *countries = ctx;
    if (countries->n == COUNTRIES_MAX || !parse_row(field, &countries->country[countries->n]))
        return err_set(err, "expected " EXPECTED ", the first three patterns; at most %d countries",
                       COUNTRIES_MAX);
    countries->n++;
    return true;
}

bool countries_load(const char *path, struct countries **ret, struct err *err)
{
    struct buf text = {0};
    struct countries *countries = calloc(1, sizeof *countries);
    bool fine = (countries || err_set(err, "out of memory for %s", path)) &&
                file_read(path, FILE_MAX, &text, err) &&
                rows_read(text.data, path, COLUMNS, EXPECTED, take_country, countries, err);
    buf_finish(&text);
    if (!fine) {
        countries_destroy(countries);
        return false;
    }
    *ret = countries;
    return true;
}

void countries_destroy(struct countries *countries)
{
    if (!countries)
        return;
    for (int i = 0; i < countries->n; i++) {
        struct country *country = &countries->country[i];
        regfree(&country->bare);
        if (country->has_prefix)
            regfree(&country->prefixed);
        for (int k = 0; k < country->n_names; k++)
            free(country->name[k]);
    }
    free(countries);
}

struct lines {
    char line[LINES_MAX][LINE_SIZE];
    int n;
};

static void add_line(struct lines *lines, const char *from, size_t n)
{
    while (n > 0 && isspace((unsigned char)*from))
        from++, n--;
    while (n > 0 && isspace((unsigned char)from[n - 1]))
        n--;
    if (n == 0 || lines->n == LINES_MAX)
        return;
    snprintf(lines->line[lines->n++], LINE_SIZE, "%.*s", (int)(n < LINE_SIZE ? n : LINE_SIZE - 1),
             from);
}

/* Lines, and the parts of a line that has marks between them. A comma parts only what stands on one
 * or two lines: "12, rue des Prés" is one line of three. */
static void part_lines(const char *text, struct lines *ret)
{
    static const char *const marks[] = {"\n", " - ", " | ", " · ", " • ", " – ", " / ", ", "};
    const size_t n_marks = sizeof marks / sizeof *marks;
    int breaks = 0;
    for (const char *at = text; *at; at++)
        breaks += *at == '\n';
    ret->n = 0;
    while (*text) {
        const char *end = text + strlen(text), *next = end;
        for (size_t i = 0; i < (breaks < 2 ? n_marks : n_marks - 1); i++) {
            const char *at = strstr(text, marks[i]);
            if (at && at < end) {
                end = at;
                next = at + strlen(marks[i]);
            }
        }
        add_line(ret, text, (size_t)(end - text));
        text = next;
    }
}

/* A word of digits in which the reader took some for letters, made of digits again. */
static void mend_digits(char *word, size_t n)
{
    static const char from[] = "OQDIlSBZG|", to[] = "0001158261";
    size_t digits = 0;
    for (size_t i = 0; i < n; i++)
        digits += isdigit((unsigned char)word[i]) != 0;
    for (size_t i = 0; i < n && 2 * digits > n; i++) {
        const char *at = strchr(from, word[i]);
        if (at && word[i])
            word[i] = to[at - from];
    }
}

static void upper(const char *line, char *ret)
{
    size_t n = strlen(line), start = 0;
    for (size_t i = 0; i <= n; i++)
        ret[i] = (char)toupper((unsigned char)line[i]);
    for (size_t i = 0; i <= n; i++)
        if (i == n || !isalnum((unsigned char)ret[i])) {
            mend_digits(ret + start, i - start);
            start = i + 1;
        }
}

/* The name that fits best: Iceland is one letter from Ireland. */
static const struct country *named_by(const struct countries *countries, const char *line)
{
    char folded[LINE_SIZE];
    const struct country *ret = NULL;
    int least = 2;
    text_fold(line, folded, sizeof folded);
    text_unconfuse(folded, folded, sizeof folded);
    for (int i = 0; i < countries->n; i++)
        for (int k = 0; k < countries->country[i].n_names; k++) {
            const char *name = countries->country[i].name[k];
            int edits = text_distance(folded, name);
            if (edits < least && edits <= (text_count(name) >= NAME_EDITS_FROM ? 1 : 0)) {
                least = edits;
                ret = &countries->country[i];
            }
        }
    return ret;
}

/* Where in the line (upper case) a postcode of the country begins and ends; prefixed ones include
 * the prefix. */
static bool find_code(const struct country *country, const char *line, bool prefixed, int *ret_at,
                      int *ret_n)
{
    const regex_t *pattern = prefixed ? &country->prefixed : &country->bare;
    if (prefixed && !country->has_prefix)
        return false;
    for (const char *at = line; *at; at++) {
        regmatch_t match[2];
        bool starts = at == line || !isalnum((unsigned char)at[-1]);
        bool in_date = at > line + 1 && strchr("./", at[-1]) && isdigit((unsigned char)at[-2]);
        if (!starts || in_date || at[-(at > line)] == '-')
            continue;
        if (regexec(pattern, at, 2, match, 0) == 0) {
            *ret_at = (int)(at - line);
            *ret_n = (int)match[1].rm_eo;
            return true;
        }
    }
    return false;
}

/* Where the place goes first; elsewhere digits behind a word are a house number. */
static bool code_follows_place(const struct country *country)
{
    static const char codes[] = "AU CA GB GI IE JP LV MT NZ TH US";
    return strstr(codes, country->code) != NULL;
}

static bool has_place(const char *text)
{
    int letters = 0;
    for (const char *at = text; *at; at++)
        letters += isalpha((unsigned char)*at) || (unsigned char)*at >= 0x80;
    return letters >= 2;
}

/* Letters beside the code: the place. */
static bool take_place(const char *line, const struct country *country, int at, int n,
                       struct address *ret)
{
    char before[LINE_SIZE], after[LINE_SIZE];
    snprintf(before, sizeof before, "%.*s", at, line);
    snprintf(after, sizeof after, "%s", line + at + n);
    const char *place = has_place(after) ? after : code_follows_place(country) ? before : "";
    while (*place && !isalpha((unsigned char)*place) && (unsigned char)*place < 0x80 &&
           !(*place == '\'' && isalpha((unsigned char)place[1])))
        place++;
    size_t len = strlen(place);
    while (len > 0 && (isspace((unsigned char)place[len - 1]) || place[len - 1] == ','))
        len--;
    if (len < 2)
        return false;
    snprintf(ret->place, sizeof ret->place, "%.*s", (int)(len < 63 ? len : 63), place);
    snprintf(ret->postcode, sizeof ret->postcode, "%.*s", n < 15 ? n : 15, line + at);
    return true;
}

static void tell(struct address *ret, const struct country *country, enum address_basis basis)
{
    memcpy(ret->country, country->code, sizeof ret->country);
    memcpy(ret->possible[0], country->code, sizeof ret->possible[0]);
    ret->n_possible = 1;
    ret->basis = basis;
}

/* The code of a country that is known, also where one letter was taken for a digit or one digit
 * for a letter ("LSI 4DT"). */
static bool find_misread_code(const struct country *country, char *line, int *ret_at, int *ret_n)
{
    static const char pairs[][2] = {{'0', 'O'}, {'1', 'I'}, {'1', 'L'}, {'5', 'S'},
                                    {'8', 'B'}, {'2', 'Z'}, {'6', 'G'}};
    const int n_pairs = sizeof pairs / sizeof *pairs;
    if (find_code(country, line, false, ret_at, ret_n))
        return true;
    for (char *at = line; *at; at++)
        for (int i = 0; i < 2 * n_pairs; i++) {
            char was = *at;
            if (was != pairs[i / 2][i % 2])
                continue;
            *at = pairs[i / 2][1 - i % 2];
            bool found = find_code(country, line, false, ret_at, ret_n);
            *at = was;
            if (found)
                return true;
        }
    return false;
}

/* A postcode in the line, of the named country or of any. */
static bool read_code(const struct countries *countries, const char *line,
                      const struct country *named, struct address *ret)
{
    char upped[LINE_SIZE];
    int at, n;
    upper(line, upped);
    for (int i = 0; i < countries->n; i++) {
        const struct country *country = &countries->country[i];
        if ((!named || named == country) && find_code(country, upped, true, &at, &n) &&
            take_place(line, country, at, n, ret)) {
            tell(ret, country, named ? ADDRESS_NAMED : ADDRESS_PREFIXED);
            return true;
        }
    }
    if (named && find_misread_code(named, upped, &at, &n) && take_place(line, named, at, n, ret)) {
        tell(ret, named, ADDRESS_NAMED);
        return true;
    }
    const struct country *sure = NULL;
    int longest = 0;
    for (int i = 0; i < countries->n; i++) {
        const struct country *country = &countries->country[i];
        if (!find_code(country, upped, false, &at, &n) || n < longest ||
            !take_place(line, country, at, n, ret))
            continue;
        if (n > longest) {
            ret->n_possible = 0;
            sure = NULL;
            longest = n;
        }
        if (country->weight >= SURE_WEIGHT && (!sure || country->weight > sure->weight))
            sure = country;
        if (ret->n_possible < ADDRESS_COUNTRIES_MAX)
            memcpy(ret->possible[ret->n_possible++], country->code, 3);
    }
    if (longest == 0)
        return false;
    if (sure && !named)
        tell(ret, sure, ADDRESS_PATTERN);
    return true;
}

static bool has_digit(const char *text)
{
    return strpbrk(text, "0123456789") != NULL;
}

bool address_parse(const struct countries *countries, const char *text, struct address *ret)
{
    struct lines lines;
    const struct country *named = NULL;
    int code_line = -1, country_line = -1;
    *ret = (struct address){0};
    part_lines(text, &lines);
    for (int i = lines.n - 1; i > 0 && !named; i--)
        if ((named = named_by(countries, lines.line[i])) != NULL)
            country_line = i;
    for (int i = country_line >= 0 ? country_line - 1 : lines.n - 1; i >= 0 && code_line < 0; i--)
        if (read_code(countries, lines.line[i], named, ret))
            code_line = i;
    if (code_line < 0 && !named)
        return false;
    if (named && ret->basis != ADDRESS_NAMED) { /* the name is sure, its postcode was misread */
        tell(ret, named, ADDRESS_NAMED);
        code_line = code_line < 0 ? country_line : code_line;
    }
    int street = code_line - 1;
    while (street > 0 && code_line == country_line && named_by(countries, lines.line[street]))
        street--; /* "BELGIE / BELGIQUE" */
    if (street > 0 && !has_digit(lines.line[street]) && has_digit(lines.line[street - 1]))
        street--; /* a district stands between */
    if (street >= 0)
        snprintf(ret->street, sizeof ret->street, "%.95s", lines.line[street]);
    if (street > 0)
        snprintf(ret->name, sizeof ret->name, "%.95s", lines.line[0]);
    return true;
}

bool address_allows(const struct address *address, const char *country)
{
    for (int i = 0; i < address->n_possible; i++)
        if (strcmp(address->possible[i], country) == 0)
            return true;
    return false;
}
