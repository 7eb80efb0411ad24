/* postwacht enrol --report: how good the likelihood ratio of print is, on the sheets that it was
 * learnt from, each told by what the others teach. */
#include "classifier/print_evidence.h"
#include "daemon/cli/template.h"
#include "daemon/cli/tippett.h"
#include "schemas/base/buf.h"
#include "schemas/template_store.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define TEXT_FILE "calibration.txt"
#define PLOT_FILE "tippett.svg"
#define PRINTER_COLUMNS 28
#define TABLE_STEP 0.25 /* log10 units a row of the Tippett table */

struct options {
    const char *template, *out_dir;
};

/* All that is reported on. */
struct subject {
    const struct template_data *data;
    struct print_evidence evidence;
    struct held_out held;
};

static int count_told(const struct held_out *held, bool imitation, int *ret_wrong)
{
    int n = 0;
    *ret_wrong = 0;
    for (int i = 0; i < held->n; i++) {
        const struct trial *trial = &held->trial[i];
        n += trial->imitation == imitation;
        *ret_wrong += trial->imitation == imitation &&
                      (imitation ? trial->log10_lr < 0 : trial->log10_lr > 0);
    }
    return n;
}

static void report_head(const struct subject *subject, struct buf *ret)
{
    const struct print_evidence *evidence = &subject->evidence;
    char time[TEMPLATE_TIME_SIZE];
    template_time(subject->data->created, time);
    buf_printf(ret, "How good the likelihood ratio of print is: %s, version %.*s of %s\n\n",
               subject->data->name, TEMPLATE_VERSION_DIGITS, subject->data->version, time);
    buf_printf(ret,
               "It rests on %d genuine envelopes and on %d test prints of %d printer%s, compared "
               "by %d measures\n",
               evidence->n_genuine, evidence->n_imitations, evidence->n_printers,
               evidence->n_printers == 1 ? "" : "s", evidence->n_columns);
    for (int k = 0; k < evidence->n_columns; k++)
        buf_printf(ret, "%s%s", k ? ", " : "(",
                   subject->data->print.feature[evidence->column[k]].check);
    buf_puts(ret, evidence->n_columns ? ").\n" : "of print.\n");
}

static void report_lack(const struct print_evidence *evidence, struct buf *ret)
{
    static const char *const advice[LACK_COUNT] = {
        [LACK_GENUINE] = "There are too few genuine envelopes: add some (`postwacht enrol --add`), "
                         "or enrol again when\nthe template is from an older version.",
        [LACK_IMITATIONS] = "There are no test prints: make them (`postwacht imitate`), scan them, "
                            "and have them learnt\n(`postwacht enrol NAME --imitations`).",
        [LACK_MORE_PRINTS] = "There are too few test prints.",
        [LACK_PRINTERS] = "The test prints are of too few printers.",
        [LACK_MEASURES] = "Too few measures of print could be taken on both kinds of sheets.",
    };
    buf_printf(ret, "\nNo likelihood ratio is given. %s\n", advice[evidence->lack]);
    buf_printf(ret, "It takes %d genuine envelopes and %d test prints of %d printers.\n",
               EVIDENCE_SHEETS_MIN, EVIDENCE_SHEETS_MIN, EVIDENCE_PRINTERS_MIN);
}

static bool report_figures(const struct subject *subject, struct buf *ret, struct err *err)
{
    const struct trial *trial = subject->held.trial;
    int n = subject->held.n, wrong;
    double interval[2], least, rate;
    if (!cllr_interval(trial, n, interval, err) || !cllr_min(trial, n, &least, err) ||
        !equal_error_rate(trial, n, &rate, err))
        return false;
    buf_puts(ret, "\nEach sheet was told a ratio by models and a calibration that knew neither it "
                  "nor, where enough\nwas left, the others of its print run or printer.\n\n");
    buf_printf(ret, "%-44s %8.3f   95 %% interval %.3f to %.3f\n",
               "Cllr (0 perfect, 1 tells nothing)", cllr(trial, n), interval[0], interval[1]);
    buf_printf(ret, "%-44s %8.3f\n", "Cllr_min (left by the best calibration)", least);
    buf_printf(ret, "%-44s %7.1f%%\n", "equal error rate", 100 * rate);
    for (int imitation = 0; imitation < 2; imitation++) {
        int told = count_told(&subject->held, imitation, &wrong);
        share_interval(wrong, told, interval);
        buf_printf(ret, "%-44s %3d of %d   95 %% interval %.1f %% to %.1f %%\n",
                   imitation ? "test prints told to be rather genuine"
                             : "genuine envelopes told to be rather printed",
                   wrong, told, 100 * interval[0], 100 * interval[1]);
    }
    buf_printf(ret,
               "calibration: log10 LR = %.2f + %.2f x score, never beyond %.2f (%.0f to one)\n",
               subject->evidence.calibration.shift, subject->evidence.calibration.slope,
               subject->evidence.cap, pow(10, subject->evidence.cap));
    return true;
}

static void report_tippett(const struct subject *subject, struct buf *ret)
{
    const struct held_out *held = &subject->held;
    int steps = (int)ceil(subject->evidence.cap / TABLE_STEP);
    buf_printf(ret, "\n%-14s %22s %22s\n", "LOG10 LR ABOVE", "OF THE TEST PRINTS",
               "OF GENUINE ENVELOPES");
    for (int k = -steps; k <= steps; k++) {
        double at = k * TABLE_STEP;
        buf_printf(ret, "%14.2f %20.0f %% %20.0f %%\n", at,
                   100 * tippett_share(held->trial, held->n, true, at),
                   100 * tippett_share(held->trial, held->n, false, at));
    }
}

/* One printer, by the first of its prints. */
static void report_printer(const struct subject *subject, int first, struct buf *ret)
{
    const struct print_samples *print = &subject->data->print;
    const struct print_sheet *named = &print->sheet[subject->held.sheet[first]];
    double sum = 0, least = HUGE_VAL;
    int n = 0, wrong = 0;
    for (int i = first; i < subject->held.n; i++) {
        const struct print_sheet *sheet = &print->sheet[subject->held.sheet[i]];
        double told = subject->held.trial[i].log10_lr;
        if (sheet->origin != PRINT_IMITATION || strcmp(sheet->group, named->group) != 0)
            continue;
        sum += told;
        least = fmin(least, told);
        wrong += told < 0;
        n++;
    }
    buf_printf(ret, "%-*.*s %-10s %6d %10.2f %10.2f %8d\n", PRINTER_COLUMNS, PRINTER_COLUMNS,
               named->group[0] ? named->group : "(not named)",
               named->technology[0] ? named->technology : "-", n, sum / n, least, wrong);
}

static void report_printers(const struct subject *subject, struct buf *ret)
{
    const struct print_samples *print = &subject->data->print;
    buf_printf(ret, "\n%-*s %-10s %6s %10s %10s %8s\n", PRINTER_COLUMNS, "PRINTER", "TECHNOLOGY",
               "PRINTS", "LOG10 LR", "LEAST", "WRONG");
    for (int i = 0; i < subject->held.n; i++) {
        const struct print_sheet *sheet = &print->sheet[subject->held.sheet[i]];
        bool first = sheet->origin == PRINT_IMITATION;
        for (int j = 0; first && j < i; j++) {
            const struct print_sheet *before = &print->sheet[subject->held.sheet[j]];
            first = before->origin != PRINT_IMITATION || strcmp(before->group, sheet->group) != 0;
        }
        if (first)
            report_printer(subject, i, ret);
    }
}

static void report_limits(struct buf *ret)
{
    buf_puts(
        ret,
        "\nWhat this says: how the ratios behave on this envelope, this scanner and resolution, "
        "and\n"
        "printers like those above. A ratio compares two explanations of how the print looks: it\n"
        "was made on an office printer as these were, or by the firm's own printing house.\n"
        "What it cannot say: anything about printing presses of others (a good offset imitation "
        "is\n"
        "neither), printers unlike these, who printed it, what is in it, or how likely either is\n"
        "beforehand. Intervals are of these sheets drawn again; printers that were not tried add "
        "to\n"
        "them. Print runs that differ from those enrolled can look strange: add their "
        "envelopes.\n");
}

static bool make_report(const struct subject *subject, struct buf *ret, struct err *err)
{
    report_head(subject, ret);
    if (subject->evidence.lack != LACK_NOTHING) {
        report_lack(&subject->evidence, ret);
        return buf_ok(ret, err);
    }
    if (!report_figures(subject, ret, err))
        return false;
    report_tippett(subject, ret);
    report_printers(subject, ret);
    report_limits(ret);
    return buf_ok(ret, err);
}

static bool write_file(const char *dir, const char *name, const struct buf *text, struct err *err)
{
    char path[PATH_SIZE];
    return path_join(path, dir, name, err) &&
           file_write_atomic(path, text->data, text->len, 0644, err);
}

static bool write_files(const struct subject *subject, const char *dir, const struct buf *text,
                        struct err *err)
{
    struct buf plot = {0};
    char title[160];
    bool ok = dir_make(dir, err) && write_file(dir, TEXT_FILE, text, err);
    if (ok && subject->evidence.lack == LACK_NOTHING) {
        snprintf(title, sizeof title, "Print of %s: %d genuine envelopes, %d test prints",
                 subject->data->name, subject->evidence.n_genuine, subject->evidence.n_imitations);
        tippett_svg(subject->held.trial, subject->held.n, ceil(subject->evidence.cap + TABLE_STEP),
                    title, &plot);
        ok = buf_ok(&plot, err) && write_file(dir, PLOT_FILE, &plot, err);
    }
    buf_finish(&plot);
    return ok;
}

static bool report(const struct options *options, struct err *err)
{
    static struct template_data data; /* large */
    static struct subject subject;
    struct buf text = {0};
    char dir[PATH_SIZE];
    bool ok = template_folder(options->template, dir, err) && template_read(dir, &data, err);
    if (ok) {
        subject.data = &data;
        print_evidence_prepare(&data.print, &subject.evidence);
        print_evidence_hold_out(&subject.evidence, &data.print, &subject.held);
        ok = make_report(&subject, &text, err);
    }
    for (size_t i = 0; ok && i < text.len; i++) /* names of printers may hold anything */
        text.data[i] =
            text.data[i] == '\n' || (unsigned char)text.data[i] >= 0x20 ? text.data[i] : '?';
    if (ok)
        fwrite(text.data, 1, text.len, stdout);
    ok = ok && (!options->out_dir || write_files(&subject, options->out_dir, &text, err));
    buf_finish(&text);
    return ok;
}

static bool parse(int argc, char **argv, struct options *ret, struct err *err)
{
    static const struct option names[] = {
        {"report", no_argument, NULL, 'r'}, {"out", required_argument, NULL, 'o'}, {0}};
    int c;
    while ((c = getopt_long(argc, argv, ":o:", names, NULL)) != -1) {
        if (c == 'o')
            ret->out_dir = optarg;
        else if (c != 'r')
            return err_set(err, c == ':' ? "%s needs a value" : "%s cannot be used with --report",
                           argv[optind - 1]);
    }
    if (optind + 1 != argc)
        return err_set(err, "name the one template to report on");
    ret->template = argv[optind];
    return true;
}

enum command_status enrol_report(int argc, char **argv)
{
    struct options options = {0};
    struct err err;
    if (!parse(argc, argv, &options, &err))
        return command_usage(argv[0], "%s", err.text);
    return report(&options, &err) ? COMMAND_OK : command_problem(&err);
}
