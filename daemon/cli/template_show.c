/* What a template holds and how it came to be, as tables for people. */
#include "classifier/check.h"
#include "classifier/print_evidence.h"
#include "daemon/cli/template.h"
#include "schemas/template_store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_COLUMNS 18
#define MEASURES_COLUMNS 48
#define TEXT_COLUMNS 60
#define ADVISED_SAMPLES 20 /* from 3 print runs: README */

void template_time(const char *created, char ret[TEMPLATE_TIME_SIZE])
{
    snprintf(ret, TEMPLATE_TIME_SIZE, "%.10s %.8s UTC", created,
             strlen(created) > 11 ? created + 11 : "");
}

bool template_folder(const char *given, char ret[PATH_SIZE], struct err *err)
{
    char file[PATH_SIZE], with_suffix[PATH_SIZE];
    snprintf(ret, PATH_SIZE, "%s", given);
    if (path_join(file, given, TEMPLATE_FILE, NULL) && file_exists(file))
        return true;
    if (snprintf(with_suffix, sizeof with_suffix, "%s.template", given) < PATH_SIZE &&
        file_exists(with_suffix)) {
        strcpy(ret, with_suffix);
        return true;
    }
    return file_exists(given) || err_set(err, "there is no template %s", given);
}

static void print_text(const char *text)
{
    char line[sizeof((struct template_element *)0)->text];
    snprintf(line, sizeof line, "%s", text);
    for (char *c = line; *c; c++)
        if (*c == '\n')
            *c = '/';
    command_print_text(line, TEXT_COLUMNS, false);
}

static void print_head(const struct template_data *data)
{
    char time[TEMPLATE_TIME_SIZE];
    template_time(data->created, time);
    printf("%s, version %.*s of %s\n", data->name, TEMPLATE_VERSION_DIGITS, data->version, time);
    if (data->change[0]) {
        printf("last change    ");
        command_print_text(data->change, 0, false);
        putchar('\n');
    }
    printf("learnt from    %d genuine envelope%s, at %.0f dpi", data->n_samples,
           data->n_samples == 1 ? "" : "s", data->dpi);
    if (data->n_samples < ADVISED_SAMPLES)
        printf(" (%d from 3 print runs are advised)", ADVISED_SAMPLES);
    printf("\nenvelope       %.1f x %.1f mm, paper L* %.1f a* %.1f b* %.1f\n", data->size_mm[0],
           data->size_mm[1], data->paper_lab[0], data->paper_lab[1], data->paper_lab[2]);
}

/* What a likelihood ratio of print rests on, or would. */
static void print_likelihood(const struct template_data *data)
{
    struct print_evidence evidence;
    print_evidence_prepare(&data->print, &evidence);
    printf("print          measured on %d genuine envelope%s and %d test print%s of %d printer%s: "
           "%s\n",
           evidence.n_genuine, evidence.n_genuine == 1 ? "" : "s", evidence.n_imitations,
           evidence.n_imitations == 1 ? "" : "s", evidence.n_printers,
           evidence.n_printers == 1 ? "" : "s",
           evidence.lack == LACK_NOTHING ? "sheets are told a likelihood ratio"
                                         : "not enough for a likelihood ratio (see `imitate`)");
}

/* Dots on genuine envelopes come with an address that a colour laser printed. */
static void print_dots(const struct template_data *data)
{
    const struct dots_learnt *dots = &data->dots;
    if (!data->has_dots)
        return;
    printf("tracking dots  on %d of %d genuine envelopes on which they could be seen",
           dots->n_found, dots->n_looked);
    for (int i = 0; i < dots->n_kinds; i++) {
        const struct dots_mark *mark = &dots->kind[i].mark;
        char words[sizeof mark->pattern + sizeof mark->code];
        snprintf(words, sizeof words, "%s %s", mark->pattern,
                 mark->serial[0] ? mark->serial : mark->code);
        fputs(i ? ", " : ": ", stdout);
        command_print_text(mark->pattern[0] ? words : "a code not read", 0, false);
        printf(" (%dx)", dots->kind[i].n_seen);
    }
    putchar('\n');
}

static void print_elements(const struct template_data *data)
{
    printf("\n%-*s %-7s %-6s %17s %16s  %-5s  %s\n", NAME_COLUMNS, "ELEMENT", "KIND", "SIDE",
           "FROM LEFT, TOP", "SIZE", "SEEN", "TEXT");
    for (int i = 0; i < data->n_elements; i++) {
        const struct template_element *element = &data->element[i];
        const double *box = element->box_mm;
        command_print_text(element->name, NAME_COLUMNS, true);
        printf(" %-7s %-6s %6.1f, %6.1f mm %5.1f x %5.1f mm %4dx   ", element->kind,
               side_names[element->side], box[0], box[1], box[2], box[3], element->n_seen);
        print_text(element->text);
        putchar('\n');
    }
}

static void print_marks(const struct template_data *data)
{
    if (data->n_marks == 0)
        return;
    printf("\n%-*s %-14s %-6s %16s  %-22s %-18s %s\n", NAME_COLUMNS, "MARK", "RULE", "SIDE", "SIZE",
           "WHERE", "ASKED OF", "TAKEN FROM");
    for (int i = 0; i < data->n_marks; i++) {
        const struct template_mark *mark = &data->mark[i];
        const double *box = mark->print.box_mm, *zone = mark->zone_mm;
        char where[64] = "anywhere on its side";
        if (mark->has_zone)
            snprintf(where, sizeof where, "%.0f,%.0f,%.0f,%.0f mm", zone[0], zone[1], zone[2],
                     zone[3]);
        command_print_text(mark->print.name, NAME_COLUMNS, true);
        printf(" %-14s %-6s %5.1f x %5.1f mm  %-22s %-18s %d scan%s\n",
               mark->rule == MARK_MUST_HAVE ? "must have" : "must not have",
               side_names[mark->print.side], box[2], box[3], where,
               mark->used_only ? "posted sheets" : "every sheet", mark->print.n_seen,
               mark->print.n_seen == 1 ? "" : "s");
    }
}

/* Shares and correlations have no unit that would say something to people. */
const char *template_unit(const char *unit)
{
    return strcmp(unit, "ncc") == 0 || strcmp(unit, "share") == 0 ? "of 1" : unit;
}

static void print_stats(const char *of, const struct template_stat *stat, int n)
{
    for (int i = 0; i < n; i++) {
        const struct check *check = check_find(stat[i].check);
        double middle = check && check->log_scale ? exp(stat[i].mean) : stat[i].mean;
        command_print_text(i == 0 ? of : "", NAME_COLUMNS, true);
        putchar(' ');
        command_print_text(check ? check->measures : stat[i].check, MEASURES_COLUMNS, true);
        printf(" %8.3g %8.3g %8.3g  ", middle, stat[i].lo, stat[i].hi);
        command_print_text(template_unit(stat[i].unit), 6, true);
        printf(" %5d\n", stat[i].n);
    }
}

bool template_show(const char *dir, struct err *err)
{
    static struct template_data data; /* large */
    if (!template_read(dir, &data, err))
        return false;
    print_head(&data);
    print_likelihood(&data);
    print_dots(&data);
    print_elements(&data);
    print_marks(&data);
    printf("\n%-*s %-*s %8s %8s %8s  %-6s %s\n", NAME_COLUMNS, "GENUINE ENVELOPES SHOW",
           MEASURES_COLUMNS - 4, "", "MEAN", "FROM", "TO", "UNIT", "SHEETS");
    for (int i = 0; i < data.n_elements; i++)
        print_stats(data.element[i].name, data.element[i].stat, data.element[i].n_stats);
    print_stats("(whole envelope)", data.stat, data.n_stats);
    return true;
}

/* One line of the log. */
struct entry {
    char version[TEMPLATE_VERSION_DIGITS + 1];
    char created[CLOCK_TEXT_SIZE];
    char state[sizeof((struct err *)0)->text]; /* "current", "kept", or what is wrong with it */
    char change[sizeof((struct template_change *)0)->change];
};

struct log {
    struct entry *entry;
    size_t n, cap;
};

static struct entry *add_entry(struct log *log)
{
    if (log->n == log->cap) {
        size_t cap = log->cap ? 2 * log->cap : 64;
        struct entry *more = realloc(log->entry, cap * sizeof *more);
        if (!more)
            return NULL;
        log->entry = more;
        log->cap = cap;
    }
    struct entry *entry = &log->entry[log->n++];
    *entry = (struct entry){.state = ""};
    return entry;
}

static bool log_entry(struct log *log, const char *version, const char *created, const char *change,
                      const char *state, struct err *err)
{
    struct entry *entry = add_entry(log);
    if (!entry)
        return err_set(err, "out of memory");
    snprintf(entry->version, sizeof entry->version, "%s", version);
    snprintf(entry->created, sizeof entry->created, "%s", created);
    snprintf(entry->change, sizeof entry->change, "%s", change);
    snprintf(entry->state, sizeof entry->state, "%s", state);
    return true;
}

static bool is_listed(const struct log *log, const char *version)
{
    for (size_t i = 0; i < log->n; i++)
        if (strncmp(log->entry[i].version, version, TEMPLATE_VERSION_DIGITS) == 0)
            return true;
    return false;
}

static bool log_kept(const char *dir, struct log *log, struct err *err)
{
    static struct template_data data;
    struct names names = {0};
    char versions[PATH_SIZE], one[PATH_SIZE];
    if (!path_join(versions, dir, TEMPLATE_VERSIONS_DIR, err))
        return false;
    if (file_exists(versions) && !dir_list(versions, &names, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < names.n; i++) {
        struct err why = {""};
        ok = path_join(one, versions, names.name[i], err);
        if (!ok)
            break;
        if (!template_read(one, &data, &why))
            ok = log_entry(log, names.name[i], "", "", why.text, err);
        else
            ok = log_entry(log, data.version, data.created, data.change, "kept", err);
    }
    names_finish(&names);
    return ok;
}

static bool log_history(const struct template_data *data, struct log *log, struct err *err)
{
    for (int i = 0; i < data->n_history; i++) {
        const struct template_change *change = &data->history[i];
        if (!is_listed(log, change->version) && !log_entry(log, change->version, change->created,
                                                           change->change, "no longer there", err))
            return false;
    }
    return true;
}

static int newest_first(const void *a, const void *b)
{
    return strcmp(((const struct entry *)b)->created, ((const struct entry *)a)->created);
}

bool template_log(const char *dir, struct err *err)
{
    static struct template_data data;
    struct log log = {0};
    struct err why = {""};
    bool current = template_read(dir, &data, &why);
    bool ok = log_kept(dir, &log, err) && (!current || log_history(&data, &log, err));
    ok = ok && (current ? log_entry(&log, data.version, data.created, data.change, "current", err)
                        : log_entry(&log, "", "9999", "", why.text, err));
    if (ok) {
        qsort(log.entry, log.n, sizeof *log.entry, newest_first);
        printf("%-*s  %-23s  %s\n", TEMPLATE_VERSION_DIGITS, "VERSION", "MADE", "CHANGE");
    }
    for (size_t i = 0; ok && i < log.n; i++) {
        const struct entry *entry = &log.entry[i];
        char time[TEMPLATE_TIME_SIZE] = "";
        bool plain = strcmp(entry->state, "kept") == 0;
        if (strlen(entry->created) == CLOCK_TEXT_SIZE - 1)
            template_time(entry->created, time);
        command_print_text(entry->version, TEMPLATE_VERSION_DIGITS, true);
        printf("  %-23s  ", time);
        command_print_text(entry->change, 0, false);
        if (!plain) {
            printf(entry->change[0] ? " (" : "(");
            command_print_text(entry->state, 0, false);
            putchar(')');
        }
        putchar('\n');
    }
    free(log.entry);
    return ok;
}
