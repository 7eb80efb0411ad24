#include "hopper.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define FRONT_ENDING "_front"
#define BACK_ENDING "_back"

static bool is_image(const char *name)
{
    static const char *const extensions[] = {".png", ".tif", ".tiff", ".jpg", ".jpeg"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && name[0] != '.' && i < sizeof extensions / sizeof *extensions; i++)
        if (strcasecmp(dot, extensions[i]) == 0)
            return true;
    return false;
}

/* Whether the name without its extension ends so; *ret_n is then what stands before the ending. */
static bool stem_ends(const char *name, const char *ending, size_t *ret_n)
{
    size_t stem = (size_t)(strrchr(name, '.') - name), n = strlen(ending);
    if (stem < n || strncmp(name + stem - n, ending, n) != 0)
        return false;
    *ret_n = stem - n;
    return true;
}

static int is_front(const struct dirent *entry)
{
    size_t n;
    return is_image(entry->d_name) && !stem_ends(entry->d_name, BACK_ENDING, &n);
}

static int is_back(const struct dirent *entry)
{
    size_t n;
    return is_image(entry->d_name) && stem_ends(entry->d_name, BACK_ENDING, &n);
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void free_entries(struct dirent **entries, int n)
{
    for (int i = 0; i < n; i++)
        free(entries[i]);
    if (n >= 0)
        free(entries);
}

static int first_number(const char *name)
{
    while (*name && !isdigit((unsigned char)*name))
        name++;
    return atoi(name);
}

bool hopper_next(const char *hopper, struct feeder_sheet *ret)
{
    struct dirent **fronts, **backs;
    int n_fronts = scandir(hopper, &fronts, is_front, by_bytes);
    if (n_fronts <= 0) {
        free_entries(fronts, n_fronts);
        return false;
    }
    const char *front = fronts[0]->d_name;
    *ret = (struct feeder_sheet){.number = first_number(front)};
    snprintf(ret->front, sizeof ret->front, "%s/%s", hopper, front);
    size_t front_n;
    if (stem_ends(front, FRONT_ENDING, &front_n)) {
        int n_backs = scandir(hopper, &backs, is_back, by_bytes);
        for (int i = 0; i < n_backs; i++) {
            size_t back_n;
            const char *back = backs[i]->d_name;
            if (stem_ends(back, BACK_ENDING, &back_n) && back_n == front_n &&
                strncmp(front, back, front_n) == 0)
                snprintf(ret->back, sizeof ret->back, "%s/%s", hopper, back);
        }
        free_entries(backs, n_backs);
    }
    free_entries(fronts, n_fronts);
    return true;
}

static void move_to_fed(const char *hopper, char path[FEEDER_PATH_SIZE])
{
    char fed[FEEDER_PATH_SIZE];
    const char *name = strrchr(path, '/');
    if (!*path || !name || snprintf(fed, sizeof fed, "%s/fed%s", hopper, name) >= (int)sizeof fed)
        return;
    if (rename(path, fed) == 0)
        memcpy(path, fed, sizeof fed);
}

void hopper_consume(const char *hopper, struct feeder_sheet *sheet)
{
    char fed[FEEDER_PATH_SIZE];
    if (snprintf(fed, sizeof fed, "%s/fed", hopper) >= (int)sizeof fed)
        return;
    mkdir(fed, 0755);
    move_to_fed(hopper, sheet->front);
    move_to_fed(hopper, sheet->back);
}

void hopper_discard(const char *hopper)
{
    struct feeder_sheet sheet;
    char last[FEEDER_PATH_SIZE] = "";
    while (hopper_next(hopper, &sheet) && strcmp(sheet.front, last) != 0) {
        memcpy(last, sheet.front, sizeof last); /* a sheet that cannot be moved must not loop */
        hopper_consume(hopper, &sheet);
    }
}

bool hopper_present(const char *hopper)
{
    char vanished[FEEDER_PATH_SIZE];
    struct stat st;
    return *hopper && stat(hopper, &st) == 0 && S_ISDIR(st.st_mode) &&
           snprintf(vanished, sizeof vanished, "%s/vanished", hopper) < (int)sizeof vanished &&
           access(vanished, F_OK) != 0;
}
