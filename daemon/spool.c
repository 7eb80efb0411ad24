#include "daemon/spool.h"

#include "schemas/base/err.h"
#include "schemas/screening.h"

#include <stdlib.h>

static bool is_complete(const char *spool, const char *name)
{
    char path[PATH_SIZE];
    return name_is_safe(name) && path_join(path, spool, name, NULL) &&
           path_join(path, path, SHEET_FILE, NULL) && file_exists(path);
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
