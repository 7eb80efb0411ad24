#define _GNU_SOURCE
#include "daemon/environment.h"

#include "schemas/base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#define TEMPLATE_SUFFIX ".template"

/* The file that this process runs. In a bare root without /proc the kernel's auxiliary vector still
 * tells the name it was started by, as long as the working folder is the one of the start. */
static bool own_path(char ret[PATH_SIZE], struct err *err)
{
    ssize_t n = readlink("/proc/self/exe", ret, PATH_SIZE - 1);
    if (n > 0) {
        ret[n] = '\0';
        return true;
    }
    const char *started_as = (const char *)getauxval(AT_EXECFN);
    char *real = started_as ? realpath(started_as, NULL) : NULL;
    bool found = real && strlen(real) < PATH_SIZE;
    if (found)
        strcpy(ret, real);
    free(real);
    return found || err_set(err, "cannot find this program's own file; mount /proc");
}

void environment_pin(char **argv)
{
    const char *limit = getenv("OMP_THREAD_LIMIT");
    if (limit && strcmp(limit, "1") == 0)
        return;
    char program[PATH_SIZE];
    if (setenv("OMP_THREAD_LIMIT", "1", 1) == 0 && own_path(program, NULL))
        execv(program, argv); /* by its own path, so that it keeps its name in lists of processes */
    /* failing that, the variable is set at least for the programs that this one starts */
}

static bool own_dir(char ret[PATH_SIZE], struct err *err)
{
    if (!own_path(ret, err))
        return false;
    char *slash = strrchr(ret, '/');
    if (!slash)
        return err_set(err, "cannot find the folder of this program");
    *slash = '\0';
    return true;
}

bool environment_sibling(const char *program, char ret[PATH_SIZE], struct err *err)
{
    char dir[PATH_SIZE];
    return own_dir(dir, err) && path_join(ret, dir, program, err);
}

static bool holds_phrases(const char *dir)
{
    char file[PATH_SIZE];
    return path_join(file, dir, "return_phrases.tsv", NULL) && file_exists(file);
}

bool environment_data_dir(char ret[PATH_SIZE], struct err *err)
{
    const char *set = getenv("POSTWACHT_DATA");
    if (set) {
        if (!holds_phrases(set))
            return err_set(
                err, "POSTWACHT_DATA=%s holds no return_phrases.tsv; unset it or correct it", set);
        snprintf(ret, PATH_SIZE, "%s", set);
        return true;
    }
    /* from bin/: an installed tree, then BUILD/PRESET/bin of a source tree */
    static const char *const beside[] = {"../share/postwacht", "../../../schemas/data"};
    char dir[PATH_SIZE], candidate[PATH_SIZE];
    if (!own_dir(dir, err))
        return false;
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        char *real = path_join(candidate, dir, beside[i], NULL) ? realpath(candidate, NULL) : NULL;
        bool found = real && strlen(real) < PATH_SIZE && holds_phrases(real);
        if (found)
            strcpy(ret, real);
        free(real);
        if (found)
            return true;
    }
    if (!holds_phrases("/usr/share/postwacht"))
        return err_set(err,
                       "return_phrases.tsv is not installed; set POSTWACHT_DATA to its folder");
    strcpy(ret, "/usr/share/postwacht");
    return true;
}

const char *environment_tessdata(void)
{
    const char *set = getenv("TESSDATA_PREFIX");
    return set ? set : "/usr/share/tesseract-ocr";
}

static bool is_template(const char *name)
{
    size_t n = strlen(name), suffix = strlen(TEMPLATE_SUFFIX);
    return name[0] != '.' && n > suffix && strcmp(name + n - suffix, TEMPLATE_SUFFIX) == 0;
}

bool environment_templates(const char *dir, struct names *ret, struct err *err)
{
    struct names all = {0};
    if (!file_exists(dir)) {
        *ret = all;
        return true;
    }
    if (!dir_list(dir, &all, err))
        return false;
    size_t kept = 0;
    bool ok = true;
    for (size_t i = 0; i < all.n && ok; i++) {
        char path[PATH_SIZE];
        char *full = NULL;
        if (is_template(all.name[i])) {
            ok = path_join(path, dir, all.name[i], err);
            full = ok ? strdup(path) : NULL;
            if (ok && !full)
                ok = err_set(err, "out of memory");
        }
        free(all.name[i]);
        all.name[i] = NULL;
        if (full)
            all.name[kept++] = full;
    }
    if (ok) {
        all.n = kept;
        *ret = all;
    } else {
        names_finish(&all);
    }
    return ok;
}
