#include "web/text/text.h"

#include "web/web.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

struct named {
    const char *key;
    const char *in[LANG_COUNT];
};

static const char *const ui[TEXT_COUNT][LANG_COUNT] = {
#define TEXT(key, nl, en) {nl, en},
#include "web/text/ui.def"
#undef TEXT
};

#define SHEET_REASON(key, nl, en)
#define ELEMENT(key, nl, en)
#define KIND(key, nl, en)
static const struct named sheet_reasons[] = {
#undef SHEET_REASON
#define SHEET_REASON(key, nl, en) {key, {nl, en}},
#include "web/text/reasons.def"
#undef SHEET_REASON
#define SHEET_REASON(key, nl, en)
};
static const struct named elements[] = {
#undef ELEMENT
#define ELEMENT(key, nl, en) {key, {nl, en}},
#include "web/text/reasons.def"
#undef ELEMENT
#define ELEMENT(key, nl, en)
};
static const struct named kinds[] = {
#undef KIND
#define KIND(key, nl, en) {key, {nl, en}},
#include "web/text/reasons.def"
#undef KIND
};
#undef SHEET_REASON
#undef ELEMENT

#define NAME(table, key, nl, en) NAME_##table(key, nl, en)
#define NAME_check(key, nl, en)
#define NAME_unit(key, nl, en)
#define NAME_term(key, nl, en)
#define NAME_returned(key, nl, en)
#define NAME_stage(key, nl, en)
#define NAME_told_by(key, nl, en)
#define NAME_code(key, nl, en)
#define NAME_event(key, nl, en)
#define NAME_country(key, nl, en)
static const struct named checks[] = {
#undef NAME_check
#define NAME_check(key, nl, en) {key, {nl, en}},
#include "web/text/names.def"
#undef NAME_check
#define NAME_check(key, nl, en)
};
static const struct named units[] = {
#undef NAME_unit
#define NAME_unit(key, nl, en) {key, {nl, en}},
#include "web/text/names.def"
#undef NAME_unit
#define NAME_unit(key, nl, en)
};
static const struct named terms[] = {
#undef NAME_term
#define NAME_term(key, nl, en) {key, {nl, en}},
#include "web/text/names.def"
#undef NAME_term
#define NAME_term(key, nl, en)
};
static const struct named return_reasons[] = {
#undef NAME_returned
#define NAME_returned(key, nl, en) {key, {nl, en}},
#include "web/text/names.def"
#undef NAME_returned
#define NAME_returned(key, nl, en)
};
static const struct named stages[] = {
#undef NAME_stage
#define NAME_stage(key, nl, en) {key, {nl, en}},
#include "web/text/names.def"
#undef NAME_stage
#define NAME_stage(key, nl, en)
};
static const struct named told_bys[] = {
#undef NAME_told_by
#define NAME_told_by(key, nl, en) {key, {nl, en}},
#include "web/text/names.def"
#undef NAME_told_by
#define NAME_told_by(key, nl, en)
};
static const struct named code_kinds[] = {
#undef NAME_code
#define NAME_code(key, nl, en) {key, {nl, en}},
#include "web/text/names.def"
#undef NAME_code
#define NAME_code(key, nl, en)
};
static const struct named events[] = {
#undef NAME_event
#define NAME_event(key, nl, en) {key, {nl, en}},
#include "web/text/names.def"
#undef NAME_event
#define NAME_event(key, nl, en)
};
static const struct named countries[] = {
#undef NAME_country
#define NAME_country(key, nl, en) {key, {nl, en}},
#include "web/text/names.def"
};

static const char *find(const struct named *table, size_t n, enum lang lang, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(table[i].key, key) == 0)
            return table[i].in[lang];
    return NULL;
}

const char *say(enum lang lang, enum text_key key)
{
    return ui[key][lang];
}

enum lang lang_from_code(const char *code)
{
    return code && strncasecmp(code, "en", 2) == 0 && (code[2] == '\0' || code[2] == '-') ? LANG_EN
                                                                                          : LANG_NL;
}

const char *lang_code(enum lang lang)
{
    return lang == LANG_EN ? "en" : "nl";
}

/* Quality of one range ("en-GB;q=0.8"), 0..1; 1 when none is given. */
static double range_quality(const char *range, size_t n)
{
    const char *semicolon = memchr(range, ';', n);
    if (!semicolon)
        return 1.0;
    size_t left = n - (size_t)(semicolon - range);
    char params[32];
    snprintf(params, sizeof params, "%.*s", (int)(left < sizeof params ? left : sizeof params - 1),
             semicolon + 1);
    const char *q = strstr(params, "q=");
    double value = q ? strtod(q + 2, NULL) : 1.0;
    return value >= 0 && value <= 1 ? value : 0;
}

enum lang lang_from_accept(const char *accept, enum lang fallback)
{
    enum lang best = fallback;
    double best_quality = 0;
    for (const char *p = accept ? accept : ""; *p;) {
        p += strspn(p, " ,\t");
        size_t n = strcspn(p, ",");
        double quality = range_quality(p, n);
        for (int l = 0; l < LANG_COUNT; l++) {
            bool ours = n >= 2 && strncasecmp(p, lang_code((enum lang)l), 2) == 0 &&
                        (n == 2 || strchr("-; ", p[2]));
            if (ours && quality > best_quality) {
                best_quality = quality;
                best = (enum lang)l;
            }
        }
        p += n;
    }
    return best;
}

/* A key that no table knows, readable: underscores as spaces. */
static void spaced(const char *key, char *ret, size_t n)
{
    snprintf(ret, n, "%s", key);
    for (char *c = ret; *c; c++)
        if (*c == '_')
            *c = ' ';
}

static void capital(char *text)
{
    text[0] = (char)toupper((unsigned char)text[0]);
}

/* A name that a person gave, as it stands: it is no word of ours, and says nothing about articles.
 */
static void quoted(const char *name, char *ret, size_t n)
{
    char words[REASON_SIZE];
    spaced(name, words, sizeof words);
    snprintf(ret, n, "\xe2\x80\x9c%s\xe2\x80\x9d", words);
}

/* "logo_2", "mark_1": enrolment numbers elements of one kind. */
static bool split_number(const char *element, char base[REASON_SIZE], int *ret_number)
{
    const char *last = strrchr(element, '_');
    int used = 0;
    if (!last || sscanf(last, "_%4d%n", ret_number, &used) != 1 || last[used] != '\0')
        return false;
    snprintf(base, REASON_SIZE, "%.*s", (int)(last - element), element);
    return true;
}

void element_text(enum lang lang, const char *element, char *ret, size_t n)
{
    char base[REASON_SIZE], own[2 * REASON_SIZE];
    int number;
    const char *known = find(elements, COUNT(elements), lang, element);
    if (known) {
        snprintf(ret, n, "%s", known);
        return;
    }
    if (split_number(element, base, &number)) {
        known = strcmp(base, "mark") == 0 ? say(lang, T_mark)
                                          : find(elements, COUNT(elements), lang, base);
        if (known && base[0]) {
            snprintf(ret, n, "%s %d", known, number);
            return;
        }
    }
    bool mark = strncmp(element, "mark_", 5) == 0 && element[5];
    quoted(mark ? element + 5 : element, own, sizeof own);
    snprintf(ret, n, "%s%s%s", mark ? say(lang, T_mark) : "", mark ? " " : "", own);
}

/* Puts `with` in place of "{}" in the pattern. */
static void fill(const char *pattern, const char *with, char *ret, size_t n)
{
    const char *hole = strstr(pattern, "{}");
    if (!hole)
        snprintf(ret, n, "%s", pattern);
    else
        snprintf(ret, n, "%.*s%s%s", (int)(hole - pattern), pattern, with, hole + 2);
}

void reason_text(enum lang lang, const char *key, char *ret, size_t n)
{
    const char *whole = find(sheet_reasons, COUNT(sheet_reasons), lang, key);
    if (whole) {
        snprintf(ret, n, "%s", whole);
        return;
    }
    size_t key_len = strlen(key);
    for (size_t i = 0; i < COUNT(kinds); i++) {
        size_t kind_len = strlen(kinds[i].key);
        if (key_len < kind_len + 2 || strcmp(key + key_len - kind_len, kinds[i].key) != 0 ||
            key[key_len - kind_len - 1] != '_')
            continue;
        char element[REASON_SIZE], words[REASON_SIZE * 2];
        snprintf(element, sizeof element, "%.*s", (int)(key_len - kind_len - 1), key);
        element_text(lang, element, words, sizeof words);
        fill(kinds[i].in[lang], words, ret, n);
        capital(ret);
        return;
    }
    spaced(key, ret, n);
    capital(ret);
}

void check_text(enum lang lang, const char *check, char *ret, size_t n)
{
    const char *known = find(checks, COUNT(checks), lang, check);
    if (known)
        snprintf(ret, n, "%s", known);
    else
        spaced(check, ret, n);
}

void unit_text(enum lang lang, const char *unit, char *ret, size_t n)
{
    const char *known = find(units, COUNT(units), lang, unit);
    snprintf(ret, n, "%s", known ? known : unit);
}

void event_text(enum lang lang, const char *type, char *ret, size_t n)
{
    const char *known = find(events, COUNT(events), lang, type);
    snprintf(ret, n, "%s", known ? known : type);
}

const char *verdict_text(enum lang lang, enum verdict_class verdict)
{
    static const enum text_key words[4] = {T_verdict_genuine, T_verdict_imitation, T_verdict_other,
                                           T_verdict_unsure};
    return say(lang, words[(unsigned)verdict < COUNT(words) ? verdict : VERDICT_UNSURE]);
}

const char *outcome_text(enum lang lang, enum outcome outcome)
{
    static const enum text_key words[4] = {T_outcome_measured, T_outcome_absent, T_outcome_occluded,
                                           T_outcome_unmeasurable};
    return say(lang, words[(unsigned)outcome < COUNT(words) ? outcome : OUTCOME_UNMEASURABLE]);
}

const char *points_text(enum lang lang, enum points points)
{
    static const enum text_key words[3] = {T_points_genuine, T_points_imitation, T_points_neither};
    return say(lang, words[(unsigned)points < COUNT(words) ? points : POINTS_NEITHER]);
}

static const struct {
    enum text_key of, explained;
} close_ups[CROP_SHOWS_COUNT] = {
    [CROP_EDGES] = {T_print_of_edges, T_print_edges},
    [CROP_TEXTURE] = {T_print_of_texture, T_print_texture},
    [CROP_SCREEN] = {T_print_of_screen, T_print_screen},
};

static bool is_close_up(enum crop_shows shows)
{
    return shows != CROP_ELEMENT && (unsigned)shows < COUNT(close_ups);
}

const char *close_up_text(enum lang lang, enum crop_shows shows)
{
    return is_close_up(shows) ? say(lang, close_ups[shows].of) : "";
}

const char *close_up_explained(enum lang lang, enum crop_shows shows)
{
    return is_close_up(shows) ? say(lang, close_ups[shows].explained) : "";
}

const char *return_reason_text(enum lang lang, const char *reason)
{
    if (!reason[0])
        return "";
    const char *known = find(return_reasons, COUNT(return_reasons), lang, reason);
    return known ? known : reason;
}

const char *term_text(enum lang lang, const char *term)
{
    const char *known = find(terms, COUNT(terms), lang, term);
    return known ? known : term;
}

const char *country_text(enum lang lang, const char *iso)
{
    const char *known = find(countries, COUNT(countries), lang, iso);
    return known ? known : iso;
}

/* The public names of web.h, for the command line. */
void web_reason_text(const char *lang, const char *key, char *ret, size_t n)
{
    reason_text(lang_from_code(lang), key, ret, n);
}

const char *web_verdict_text(const char *lang, enum verdict_class verdict)
{
    return verdict_text(lang_from_code(lang), verdict);
}

const char *web_return_reason_text(const char *lang, const char *reason)
{
    return return_reason_text(lang_from_code(lang), reason);
}

const char *stage_text(enum lang lang, enum journey_stage stage)
{
    const char *known = find(stages, COUNT(stages), lang, journey_stage_names[stage]);
    return known ? known : journey_stage_names[stage];
}

/* What tells it, as far as it can be told in words; the text of labels and postmarks stands
 * elsewhere, those of codes beside their names. */
void journey_text(enum lang lang, const struct screening_event *event, char *ret, size_t n)
{
    const char *by = find(told_bys, COUNT(told_bys), lang, event->told_by);
    bool is_reason = screening_event_by_label(event);
    bool is_code = strcmp(event->told_by, "item_number") == 0;
    const char *what = is_reason ? return_reason_text(lang, event->text)
                       : is_code ? event->text
                                 : "";
    snprintf(ret, n, "%s%s%s%s%s", event->country[0] ? country_text(lang, event->country) : "",
             event->country[0] ? " \xc2\xb7 " : "", by ? by : event->told_by,
             what[0] ? is_reason ? ": " : " " : "", what);
}

void code_text(enum lang lang, const struct screening_code *code, char *ret, size_t n)
{
    if (screening_code_failed(code)) {
        snprintf(ret, n, "%s", say(lang, T_code_failed));
        return;
    }
    const char *known =
        code->kind[0] ? find(code_kinds, COUNT(code_kinds), lang, code->kind) : NULL;
    const char *detail =
        strcmp(code->kind, "s10") == 0 ? country_text(lang, code->detail) : code->detail;
    fill(known ? known : "", detail, ret, n);
}

const char *country_code(int i)
{
    return i >= 0 && (size_t)i < COUNT(countries) ? countries[i].key : NULL;
}
