#include "daemon/spool.h"

#include "schemas/base/err.h"
#include "schemas/screening.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define GONE_PREFIX ".gone-"

static bool is_complete(const char *spool, const char *name)
{
    char path[PATH_SIZE];
    struct stat st;
    return name_is_safe(name) && path_join(path, spool, name, NULL) && lstat(path, &st) == 0 &&
           S_ISDIR(st.st_mode);
}

bool spool_sheets(const char *spool, struct names *ret, struct err *err)
{
    struct names all;
    if (!dir_list(spool, &all, err))
        return false;
    size_t kept = 0;
    for (size_t i = 0; i < all.n; i++) {
        if (is_complete(spool, all.name[i]))
            all.name[kept++] = all.name[i];
        else
            free(all.name[i]);
    }
    all.n = kept;
    *ret = all;
    return true;
}

bool spool_is_screened(const char *sheet_dir)
{
    char path[PATH_SIZE];
    return path_join(path, sheet_dir, SCREENING_FILE, NULL) && file_exists(path);
}

bool spool_give_up(const char *sheet_dir, const char *why, struct err *err)
{
    struct screening *screening = calloc(1, sizeof *screening);
    if (!screening)
        return err_set(err, "out of memory");
    screening_not_screened(screening, path_base(sheet_dir), why);
    bool ok = screening_write(sheet_dir, screening, err);
    free(screening);
    return ok;
}

bool spool_remove(const char *spool, const char *id, struct err *err)
{
    char from[PATH_SIZE], to[PATH_SIZE], name[sizeof GONE_PREFIX + SHEET_ID_SIZE];
    snprintf(name, sizeof name, GONE_PREFIX "%s", id);
    return path_join(from, spool, id, err) && path_join(to, spool, name, err) &&
           file_rename_durable(from, to, err) && dir_remove(to, err);
}

bool spool_sweep_gone(const char *spool, struct err *err)
{
    struct names names;
    if (!dir_list(spool, &names, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < names.n; i++) {
        char path[PATH_SIZE];
        if (strncmp(names.name[i], GONE_PREFIX, strlen(GONE_PREFIX)) == 0)
            ok = path_join(path, spool, names.name[i], err) && dir_remove(path, err);
    }
    names_finish(&names);
    return ok;
}
