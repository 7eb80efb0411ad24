/* codes_bench LIST: reads the codes of pictures; LIST has lines of id, picture, back (unused), dpi, with tabs between.
 *
 * Prints one line of JSON a picture, with the keys that `postwacht screen` gives them: id, codes, seconds. The reader is
 * given all the time it wants. */
#include "classifier/code_meaning.h"
#include "imaging/codec.h"
#include "imaging/opencv_c/opencv_c.h"
#include "schemas/base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FOUND_MAX 16
#define DEADLINE_MS 60000

static double cpu_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static bool read_one(const char *id, const char *path, double dpi, struct err *err)
{
    struct image raw = {0};
    struct side side = {0};
    struct code_found found[FOUND_MAX];
    int n = 0;
    if (!image_load(path, dpi, &raw, NULL, err) || !side_prepare(&raw, &side, err)) {
        image_finish(&raw);
        return false;
    }
    double since = cpu_s();
    bool fine = codes_read(&side, DEADLINE_MS, found, FOUND_MAX, &n, err);
    double seconds = cpu_s() - since;
    printf("{\"id\":\"%s\",\"codes\":[", id);
    for (int i = 0; i < n; i++) { /* found text is printable ASCII without backslashes of its own */
        struct screening_code code = {0};
        snprintf(code.symbology, sizeof code.symbology, "%.23s", found[i].symbology);
        snprintf(code.text, sizeof code.text, "%.255s", found[i].text);
        code_explain(&code, found[i].check);
        printf("%s{\"symbology\":\"%s\",\"text\":\"", i ? "," : "", code.symbology);
        for (const char *c = code.text; *c; c++)
            printf(*c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
        printf("\",\"check_result\":\"%s\"}", code.check_result);
    }
    printf("],\"seconds\":{\"codes\":%.4f}}\n", seconds);
    side_finish(&side);
    image_finish(&raw);
    return fine;
}

int main(int argc, char **argv)
{
    struct err err = {""};
    char line[4096];
    FILE *list = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (!list || !cv_init(&err)) {
        fprintf(stderr, "codes_bench: usage: codes_bench LIST\n");
        return 2;
    }
    while (fgets(line, sizeof line, list)) {
        char *rest = line, *id = strsep(&rest, "\t"), *path = strsep(&rest, "\t");
        strsep(&rest, "\t");
        const char *dpi = strsep(&rest, "\t\n");
        if (!path || !read_one(id, path, dpi ? strtod(dpi, NULL) : 0, &err)) {
            fprintf(stderr, "codes_bench: %s: %s\n", path ? path : line, err.text);
            return 1;
        }
    }
    fclose(list);
    return 0;
}
