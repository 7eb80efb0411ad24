#include "daemon/cli/demo.h"

#include "daemon/environment.h"
#include "daemon/process.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/register/register.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENROL_SHEETS "20" /* what enrolment advises, from 3 print runs */
#define SIMULATE_SECONDS                                                                           \
    1800.0 /* four seconds a sheet of two sides at 600 dpi, on a slow machine */
#define ENROL_SECONDS 900.0
#define TRUTH_FILE "truth.tsv"
#define FED_DIR "fed" /* where the virtual scanner puts what it has fed */

static bool run_program(const char *name, const char **argv, double seconds, struct err *err)
{
    char program[PATH_SIZE];
    struct buf output = {0};
    argv[0] = program;
    bool ok = environment_sibling(name, program, err) && process_run(argv, seconds, &output, err);
    if (ok && output.len)
        fwrite(output.data, 1, output.len, stderr);
    buf_finish(&output);
    return ok;
}

/* The truth file is the last that the simulator writes: where it is, everything is. */
static bool simulate(const struct demo *demo, const char *set, const char *count, const char *dir,
                     struct err *err)
{
    char truth[PATH_SIZE], seed[16], dpi[16], jobs[16];
    if (!path_join(truth, dir, TRUTH_FILE, err))
        return false;
    if (file_exists(truth))
        return true;
    fprintf(stderr, "demo: simulating envelopes (%s); they are kept for the next time\n", set);
    snprintf(seed, sizeof seed, "%ld", demo->seed);
    snprintf(dpi, sizeof dpi, "%ld", demo->dpi);
    snprintf(jobs, sizeof jobs, "%ld", sysconf(_SC_NPROCESSORS_ONLN));
    const char *argv[] = {NULL,  "--set", set, "--out",  dir,  "--seed",
                          seed,  "--dpi", dpi, "--jobs", jobs, count ? "--count" : NULL,
                          count, NULL};
    return dir_remove(dir, err) && dir_make(dir, err) &&
           run_program("postwacht-simulate", argv, SIMULATE_SECONDS, err);
}

/* id, front, back, dpi are the first columns of the truth file: without its header it is a list. */
static bool write_enrol_list(const struct demo *demo, const char *list, struct err *err)
{
    char truth[PATH_SIZE];
    struct buf text = {0}, lines = {0};
    if (!path_join(truth, demo->enrol, TRUTH_FILE, err) ||
        !file_read(truth, (size_t)1 << 20, &text, err))
        return false;
    char *rest = strchr(text.data, '\n');
    rest = rest ? rest + 1 : NULL;
    while (rest && *rest) {
        char *line = strsep(&rest, "\n");
        const char *id = strsep(&line, "\t"), *front = strsep(&line, "\t");
        const char *back = strsep(&line, "\t"), *dpi = strsep(&line, "\t");
        if (dpi)
            buf_printf(&lines, "%s\t%s/%s\t%s%s%s\t%s\n", id, demo->enrol, front,
                       back[0] ? demo->enrol : "", back[0] ? "/" : "", back, dpi);
    }
    bool ok = buf_ok(&lines, err) && file_write_atomic(list, lines.data, lines.len, 0644, err);
    buf_finish(&text);
    buf_finish(&lines);
    return ok;
}

/* Learning takes longer than the batch; it is kept as long as the programs are the same. */
static bool is_newer(const char *path, const char *than)
{
    struct stat a, b;
    return stat(path, &a) == 0 && stat(than, &b) == 0 &&
           (a.st_mtim.tv_sec > b.st_mtim.tv_sec ||
            (a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec > b.st_mtim.tv_nsec));
}

static bool enrol(const struct demo *demo, struct err *err)
{
    char list[PATH_SIZE], made[PATH_SIZE], program[PATH_SIZE];
    if (!path_join(made, demo->templates, "demo.template/template.json", err) ||
        !environment_sibling("postwacht", program, err))
        return false;
    if (is_newer(made, program))
        return true;
    fprintf(stderr, "demo: learning the firm's template from %s genuine envelopes\n", ENROL_SHEETS);
    const char *argv[] = {NULL, "enrol", "demo", "--list", list, "--out", made, NULL};
    return path_join(list, demo->work, "enrol.tsv", err) && write_enrol_list(demo, list, err) &&
           dir_make(demo->templates, err) &&
           path_join(made, demo->templates, "demo.template", err) &&
           run_program("postwacht", argv, ENROL_SECONDS, err);
}

/* Links cost no space, and the scanner moves what it has fed without touching the kept images. */
static bool fill_hopper(const struct demo *demo, struct err *err)
{
    struct names names;
    bool ok = dir_remove(demo->hopper, err) && dir_make(demo->hopper, err) &&
              dir_list(demo->envelopes, &names, err);
    if (!ok)
        return false;
    for (size_t i = 0; ok && i < names.n; i++) {
        char from[PATH_SIZE], to[PATH_SIZE];
        if (strcmp(names.name[i], TRUTH_FILE) == 0)
            continue;
        ok = path_join(from, demo->envelopes, names.name[i], err) &&
             path_join(to, demo->hopper, names.name[i], err);
        if (ok && link(from, to) != 0)
            ok = err_errno(err, "cannot link %s", to);
    }
    names_finish(&names);
    return ok;
}

static bool write_text(const char *dir, const char *name, const struct buf *text, struct err *err)
{
    char path[PATH_SIZE];
    return buf_ok(text, err) && path_join(path, dir, name, err) &&
           file_write_atomic(path, text->data, text->len, 0644, err);
}

/* Stock libsane loads the feeder backend of tests/feeder, through its own configuration files. */
static bool set_up_scanner(const struct demo *demo, struct err *err)
{
    char library[PATH_SIZE], real[PATH_SIZE];
    struct buf dll = {0}, feeder = {0};
    if (!environment_sibling("../sane", library, err))
        return false;
    if (!realpath(library, real))
        return err_errno(err, "the virtual scanner is not built: %s", library);
    buf_puts(&dll, "feeder\n");
    buf_printf(&feeder,
               "device demo\nhopper %s\nvendor Postwacht\nmodel Demo feeder\nserial DEMO-1\n"
               "duplex yes\nflatbed no\ndefault-dpi %ld\n",
               demo->hopper, demo->dpi);
    bool ok = dir_make(demo->sane, err) && write_text(demo->sane, "dll.conf", &dll, err) &&
              write_text(demo->sane, "feeder.conf", &feeder, err);
    buf_finish(&dll);
    buf_finish(&feeder);
    if (ok &&
        (setenv("SANE_CONFIG_DIR", demo->sane, 1) != 0 || setenv("LD_LIBRARY_PATH", real, 1) != 0))
        ok = err_errno(err, "cannot set the environment of the virtual scanner");
    return ok;
}

static bool name_firm(const struct demo *demo, struct err *err)
{
    static const struct reg_firm firm = {
        .name = "Demobedrijf (simulated)",
        .address = "Voorbeeldstraat 1, 1234 AB Voorbeeldstad",
        .contact = "info@example.nl",
    };
    char dir[PATH_SIZE];
    struct reg *reg;
    if (!path_join(dir, demo->state, "register", err) || !dir_make(dir, err) ||
        !reg_open(dir, REG_WRITE, &reg, err))
        return false;
    bool ok = reg_firm_set(reg, &firm, err);
    reg_close(reg);
    return ok;
}

bool demo_prepare(struct demo *demo, struct err *err)
{
    char name[64];
    snprintf(name, sizeof name, "envelopes-%ld-%ld", demo->seed, demo->dpi);
    bool ok = path_join(demo->envelopes, demo->work, name, err);
    snprintf(name, sizeof name, "genuine-%ld-%ld", demo->seed, demo->dpi);
    ok = ok && path_join(demo->enrol, demo->work, name, err);
    snprintf(name, sizeof name, "templates-%ld-%ld", demo->seed, demo->dpi);
    return ok && path_join(demo->templates, demo->work, name, err) &&
           path_join(demo->state, demo->work, "state", err) &&
           path_join(demo->hopper, demo->work, "hopper", err) &&
           path_join(demo->sane, demo->work, "sane", err) && dir_remove(demo->state, err) &&
           simulate(demo, "enrol", ENROL_SHEETS, demo->enrol, err) &&
           simulate(demo, "demo", NULL, demo->envelopes, err) && enrol(demo, err) &&
           fill_hopper(demo, err) && set_up_scanner(demo, err) && name_firm(demo, err);
}
