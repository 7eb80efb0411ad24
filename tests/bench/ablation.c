/* ablation: what each check contributes to the verdicts. The verdict follows from the readings
 * alone (classifier/verdict.h), so it can be decided again from a stored screening with readings
 * left out; no picture is looked at.
 *
 * usage: ablation recompute|drop|alone FILE...; ablation checks
 *   recompute  decides every sheet again from its readings: prints id, stored and new verdict of
 *              those that differ, and ends with 1 when there is one
 *   drop       prints id, check, verdict: of all readings (check "-"), without all of content, all
 *              of print, and each check
 *   alone      likewise with the readings of these only, besides what tells whose sheet it is
 *   checks     prints name, kind (content, print) and reason of every check
 * FILE holds lines as `postwacht screen` prints them. Lines with "error" are left out: they have no
 * readings. Of other mail no readings are kept, so that it stays "other" whatever is left out. */
#include "classifier/check.h"
#include "classifier/verdict.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX ((size_t)256 << 20)
#define ALL_CHECKS "-"

/* What one line leaves out or keeps: one check, or all of a kind. */
struct choice {
    const char *name;
    const struct check *check; /* NULL: all of the kind */
    enum check_kind kind;
};

static const struct choice groups[] = {{.name = "all content", .kind = CHECK_CONTENT},
                                       {.name = "all print", .kind = CHECK_PRINT}};

static bool is_chosen(const struct reading *reading, const struct choice *choice)
{
    const struct check *check = check_find(reading->check);
    return check && (choice->check ? check == choice->check : check->kind == choice->kind);
}

/* Whether the sheet claims to be ours is read from these. */
static bool is_claim(const struct reading *reading)
{
    return strcmp(reading->check, check_presence.name) == 0 ||
           strcmp(reading->check, check_sender_text.name) == 0 ||
           strcmp(reading->check, check_named.name) == 0 ||
           strcmp(reading->check, check_rest.name) == 0;
}

/* It stays for the claim, and says nothing beyond it. */
static void mute(struct reading *reading)
{
    reading->points = POINTS_NEITHER;
    reading->weight = 0;
    reading->reason[0] = '\0';
}

/* "drop" takes out the readings of a choice, except that a claim is only muted: else every sheet
 * would become other people's mail, which says nothing about the check. "alone" does that with the
 * readings of all others. */
static enum verdict_class decide_with(const struct screening *stored, bool alone,
                                      const struct choice *choice)
{
    static struct screening copy; /* large */
    copy = *stored;
    copy.n_readings = 0;
    for (int i = 0; i < stored->n_readings; i++) {
        const struct reading *reading = &stored->reading[i];
        bool keep = is_chosen(reading, choice) == alone;
        if (!keep && !is_claim(reading))
            continue;
        struct reading *kept = &copy.reading[copy.n_readings++];
        *kept = *reading;
        if (!keep)
            mute(kept);
    }
    verdict_decide(&copy);
    return copy.verdict;
}

static enum verdict_class decide_again(const struct screening *stored)
{
    static struct screening copy;
    copy = *stored;
    verdict_decide(&copy);
    return copy.verdict;
}

static void print_line(const struct screening *screening, const char *check,
                       enum verdict_class verdict)
{
    printf("%s\t%s\t%s\n", screening->id, check, verdict_names[verdict]);
}

/* False when the verdict is not what was stored. */
static bool recompute(const struct screening *screening)
{
    enum verdict_class verdict = decide_again(screening);
    if (verdict == screening->verdict)
        return true;
    print_line(screening, verdict_names[screening->verdict], verdict);
    return false;
}

static void print_choices(const struct screening *screening, bool alone)
{
    print_line(screening, ALL_CHECKS, decide_again(screening));
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        print_line(screening, groups[i].name, decide_with(screening, alone, &groups[i]));
    for (int i = 0; i < n_checks; i++) {
        const struct choice one = {.name = checks[i]->name, .check = checks[i]};
        print_line(screening, one.name, decide_with(screening, alone, &one));
    }
}

struct run {
    bool recompute, alone;
    long sheets, differing;
};

static bool run_file(const char *path, struct run *run, struct err *err)
{
    static struct screening screening;
    struct buf text = {0};
    if (!file_read(path, FILE_MAX, &text, err))
        return false;
    bool ok = true;
    long number = 0;
    char *rest = text.data;
    for (char *line; ok && (line = strsep(&rest, "\n")) != NULL;) {
        number++;
        if (!*line)
            continue;
        ok = screening_from_json(line, strlen(line), &screening, err);
        if (!ok)
            err_context(err, "%s line %ld", path, number);
        if (!ok || screening.error[0])
            continue;
        run->sheets++;
        if (run->recompute)
            run->differing += !recompute(&screening);
        else
            print_choices(&screening, run->alone);
    }
    buf_finish(&text);
    return ok;
}

static void print_checks(void)
{
    for (int i = 0; i < n_checks; i++)
        printf("%s\t%s\t%s\n", checks[i]->name,
               checks[i]->kind == CHECK_CONTENT ? "content" : "print", checks[i]->reason);
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    bool drop = strcmp(mode, "drop") == 0;
    struct run run = {.recompute = strcmp(mode, "recompute") == 0,
                      .alone = strcmp(mode, "alone") == 0};
    if (argc == 2 && strcmp(mode, "checks") == 0) {
        print_checks();
        return 0;
    }
    if (argc < 3 || !(drop || run.recompute || run.alone)) {
        fprintf(stderr, "usage: ablation recompute|drop|alone FILE...; ablation checks\n");
        return 2;
    }
    struct err err;
    for (int i = 2; i < argc; i++)
        if (!run_file(argv[i], &run, &err)) {
            fprintf(stderr, "ablation: %s\n", err.text);
            return 1;
        }
    if (run.recompute)
        fprintf(stderr, "ablation: %ld sheets, %ld verdicts differ from their readings\n",
                run.sheets, run.differing);
    return run.differing > 0;
}
