/* Kept files by their hash. The register says whether it knows the hash and where the file is; a
 * file is shown in the browser only when it is a photograph, anything else is downloaded. */
#include "web/page.h"

#include "schemas/base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
    const char *mime, *ending;
    bool shown;
} kinds[] = {
    {"image/jpeg", "jpg", true},
    {"image/png", "png", true},
    {"image/tiff", "tif", false},
    {"application/json", "json", false},
    {"application/octet-stream", "bin", false}, /* last: others */
};

void page_blob(const struct request *request, struct response *ret)
{
    char path[PATH_SIZE], mime[32];
    struct err err = {0};
    struct stat st;
    if (!reg_blob_path(request->reg, request->argument, path, sizeof path, mime, &err)) {
        response_error(request, 404, NULL, ret);
        return;
    }
    ret->file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (ret->file < 0 || fstat(ret->file, &st) != 0 || !S_ISREG(st.st_mode)) {
        response_error(request, 404, say(request->lang, T_blob_gone), ret);
        return;
    }
    size_t kind = 0;
    while (kind + 1 < sizeof kinds / sizeof *kinds && strcmp(kinds[kind].mime, mime) != 0)
        kind++;
    ret->file_size = (int64_t)st.st_size;
    ret->type = kinds[kind].mime;
    ret->cache = CACHE_IMMUTABLE;
    ret->ranges = true;
    ret->locked_down = true;
    response_etag(ret, request->argument);
    snprintf(ret->disposition, sizeof ret->disposition, "%s; filename=\"%.64s.%s\"",
             kinds[kind].shown ? "inline" : "attachment", request->argument, kinds[kind].ending);
}
