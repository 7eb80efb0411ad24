#include "classifier/template_edit.h"

#include "classifier/check.h"
#include "schemas/base/text.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX_CHARS 30 /* as much of a name as a reason key carries (judge.c) */
#define MARK_PREFIX "mark_"

/* Beginnings of reasons about the whole sheet: an element "paper" could make the same key. */
static const char *const reserved[] = {"elements", "envelope", "format", "matches", "no",
                                       "not",      "paper",    "print",  "sheet",   "thin"};

static struct template_element *find(struct template_data *data, const char *name)
{
    for (int i = 0; i < data->n_elements; i++)
        if (strcmp(data->element[i].name, name) == 0)
            return &data->element[i];
    for (int i = 0; i < data->n_marks; i++)
        if (strcmp(data->mark[i].print.name, name) == 0)
            return &data->mark[i].print;
    return NULL;
}

static bool is_added_mark(const struct template_data *data, const struct template_element *print)
{
    for (int i = 0; i < data->n_marks; i++)
        if (&data->mark[i].print == print)
            return true;
    return false;
}

static bool no_such(const struct template_data *data, const char *name, struct err *err)
{
    char names[300] = "";
    for (int i = 0; i < data->n_elements + data->n_marks; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                 i < data->n_elements ? data->element[i].name
                                      : data->mark[i - data->n_elements].print.name);
    }
    return err_set(err, "the template has no element '%s'; it has: %s", name, names);
}

bool template_name_allowed(const struct template_data *data, const char *name, struct err *err)
{
    size_t n = strlen(name);
    if (n == 0 || n > NAME_MAX_CHARS || !strchr("abcdefghijklmnopqrstuvwxyz", name[0]) ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != n)
        return err_set(err,
                       "'%s' cannot be a name: use small letters, digits and '_', a letter first, "
                       "at most %d of them",
                       name, NAME_MAX_CHARS);
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strcmp(name, reserved[i]) == 0)
            return err_set(err, "'%s' stands for the whole envelope; choose another name", name);
    for (int i = 0; i < data->n_elements + data->n_marks; i++)
        if (strcmp(name, i < data->n_elements ? data->element[i].name
                                              : data->mark[i - data->n_elements].print.name) == 0)
            return err_set(err, "the template has an element '%s' already", name);
    return true;
}

static bool has_mark_name(const char *name)
{
    return strncmp(name, "mark", 4) == 0;
}

bool template_rename(struct template_data *data, const char *name, const char *to, struct err *err)
{
    struct template_element *print = find(data, name);
    if (!print)
        return no_such(data, name, err);
    if (!template_name_allowed(data, to, err))
        return false;
    bool mark = strcmp(print->kind, "mark") == 0 && !is_added_mark(data, print);
    if (mark && strncmp(to, MARK_PREFIX, strlen(MARK_PREFIX)) != 0)
        return err_set(err,
                       "the name of a mark begins with " MARK_PREFIX ": call it " MARK_PREFIX
                       "%s, or give it another kind first",
                       to);
    if (!mark && has_mark_name(to) && !is_added_mark(data, print))
        return err_set(err, "%s is a %s: only names of marks begin with \"mark\"", name,
                       print->kind);
    snprintf(print->name, sizeof print->name, "%s", to);
    return true;
}

/* "bugle" of "mark_bugle", "" of "mark_2". */
static const char *own_words(const char *name)
{
    const char *rest = name + strlen(MARK_PREFIX);
    bool prefixed = strncmp(name, MARK_PREFIX, strlen(MARK_PREFIX)) == 0;
    return prefixed && rest[strspn(rest, "0123456789")] ? rest : "";
}

/* The name that fits the kind: own words stay, names that enrolment gave (mark_2) follow the kind.
 */
static bool name_for_kind(const struct template_data *data, const char *name, const char *kind,
                          char ret[32], struct err *err)
{
    bool mark = strcmp(kind, "mark") == 0;
    const char *own = has_mark_name(name) ? own_words(name) : name;
    char base[64];
    if (mark)
        snprintf(base, sizeof base, MARK_PREFIX "%s", name);
    else
        snprintf(base, sizeof base, "%s", own[0] ? own : kind);
    snprintf(ret, 32, "%.*s", NAME_MAX_CHARS, base);
    for (int k = 2; !template_name_allowed(data, ret, NULL); k++) {
        if (k > TEMPLATE_ELEMENTS_MAX + TEMPLATE_MARKS_MAX)
            return err_set(err, "no name is free for %s as a %s; rename it first", name, kind);
        snprintf(ret, 32, "%.27s_%d", base, k);
    }
    return true;
}

bool template_set_kind(struct template_data *data, const char *name, const char *kind,
                       char ret_name[32], struct err *err)
{
    struct template_element *print = find(data, name);
    if (!template_is_kind(kind))
        return err_set(err, "'%s' is no kind; there are logo, sender, slogan and mark", kind);
    if (!print)
        return no_such(data, name, err);
    if (is_added_mark(data, print))
        return err_set(err, "%s was added as a mark and stays one; remove it if it is none", name);
    snprintf(ret_name, 32, "%s", name);
    if (has_mark_name(name) != (strcmp(kind, "mark") == 0) &&
        !name_for_kind(data, name, kind, ret_name, err))
        return false;
    snprintf(print->kind, sizeof print->kind, "%s", kind);
    snprintf(print->name, sizeof print->name, "%s", ret_name);
    return true;
}

static bool reads_alike(const char *old, const char *text)
{
    struct sender_match match, back;
    if (!old[0] || !text[0])
        return false;
    sender_text_match(old, text, &match);
    sender_text_match(text, old, &back);
    return match.n_differs == 0 && back.n_differs == 0;
}

bool template_set_text(struct template_data *data, const char *name, const char *text,
                       bool *ret_forgotten, struct err *err)
{
    struct template_element *print = find(data, name);
    if (!print)
        return no_such(data, name, err);
    if (strlen(text) >= sizeof print->text)
        return err_set(err, "the text is longer than %zu bytes", sizeof print->text - 1);
    if (!text_is_utf8(text))
        return err_set(err, "the text is not UTF-8");
    *ret_forgotten = false;
    if (!reads_alike(print->text, text)) {
        int kept = 0;
        for (int i = 0; i < print->n_stats; i++) {
            const struct check *check = check_find(print->stat[i].check);
            if (!check || !check->reads_text)
                print->stat[kept++] = print->stat[i];
        }
        *ret_forgotten = kept < print->n_stats;
        print->n_stats = kept;
    }
    snprintf(print->text, sizeof print->text, "%s", text);
    return true;
}

bool template_remove(struct template_data *data, const char *name, struct err *err)
{
    struct template_element *print = find(data, name);
    if (!print)
        return no_such(data, name, err);
    for (int i = 0; i < data->n_marks; i++)
        if (&data->mark[i].print == print) {
            memmove(&data->mark[i], &data->mark[i + 1],
                    (size_t)(data->n_marks - i - 1) * sizeof *data->mark);
            data->n_marks--;
            return true;
        }
    if (data->n_elements == 1)
        return err_set(err, "%s is the only element; without it nothing could be recognised", name);
    size_t after = (size_t)(data->element + data->n_elements - (print + 1));
    memmove(print, print + 1, after * sizeof *print);
    data->n_elements--;
    return true;
}
