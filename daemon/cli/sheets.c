#include "daemon/cli/sheets.h"

#include "daemon/cli/command.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_BYTES_MAX ((size_t)16 << 20) /* 100,000 sheets with long paths */
#define LIST_COLUMNS 5
#define ID_BYTES_MAX 255 /* what a screening carries */
static const char back_mark[] = "_back", front_mark[] = "_front";

/* Length of the UTF-8 sequence at text, 0 when it is none (overlong, surrogate, torn). */
static size_t utf8_length(const unsigned char *text)
{
    if (text[0] < 0x80)
        return 1;
    size_t n = text[0] >= 0xf0 && text[0] <= 0xf4   ? 4
               : text[0] >= 0xe0 && text[0] <= 0xef ? 3
               : text[0] >= 0xc2 && text[0] <= 0xdf ? 2
                                                    : 0;
    for (size_t i = 1; i < n; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xf0 && text[1] < 0x90);
    bool beyond = (text[0] == 0xed && text[1] > 0x9f) || (text[0] == 0xf4 && text[1] > 0x8f);
    return overlong || beyond ? 0 : n;
}

/* A file name is bytes; an id is text: what is no UTF-8 becomes U+FFFD. */
static char *text_id(const char *bytes, size_t n)
{
    struct buf id = {0};
    const char *end = bytes + n;
    while (bytes < end) {
        size_t length = utf8_length((const unsigned char *)bytes);
        bool valid = length > 0 && length <= (size_t)(end - bytes);
        if (id.len + 4 > ID_BYTES_MAX)
            break;
        if (valid)
            buf_append(&id, bytes, length);
        else
            buf_puts(&id, "\xef\xbf\xbd");
        bytes += valid ? length : 1;
    }
    if (!id.data)
        buf_puts(&id, "");
    if (id.failed)
        buf_finish(&id);
    return id.data;
}

static size_t stem_length(const char *base)
{
    const char *dot = strrchr(base, '.');
    return dot && dot != base ? (size_t)(dot - base) : strlen(base);
}

static bool add(struct sheets *sheets, struct sheet_arg *arg, struct err *err)
{
    struct sheet_arg *grown = NULL;
    if (arg->id && arg->path[SIDE_FRONT])
        grown = realloc(sheets->sheet, (sheets->n + 1) * sizeof *grown);
    if (!grown) {
        free(arg->id);
        free(arg->path[SIDE_FRONT]);
        free(arg->path[SIDE_BACK]);
        free(arg->group);
        return err_set(err, "out of memory");
    }
    sheets->sheet = grown;
    sheets->sheet[sheets->n++] = *arg;
    return true;
}

bool sheets_add_image(struct sheets *sheets, const char *path, struct err *err)
{
    const char *base = path_base(path);
    struct sheet_arg arg = {.id_given = sheets->next_id != NULL};
    arg.id = sheets->next_id ? sheets->next_id : text_id(base, stem_length(base));
    arg.path[SIDE_FRONT] = strdup(path);
    arg.path[SIDE_BACK] = sheets->next_back;
    sheets->next_id = sheets->next_back = NULL;
    return add(sheets, &arg, err);
}

bool sheets_set_id(struct sheets *sheets, const char *id, struct err *err)
{
    if (sheets->next_id)
        return err_set(err, "two --id for one image");
    sheets->next_id = text_id(id, strlen(id));
    return sheets->next_id || err_set(err, "out of memory");
}

bool sheets_set_back(struct sheets *sheets, const char *path, struct err *err)
{
    if (sheets->next_back)
        return err_set(err, "two --back for one image");
    sheets->next_back = strdup(path);
    return sheets->next_back || err_set(err, "out of memory");
}

/* A path of the list, found from the current folder or from the list's. */
static char *list_path_of(const char *list_path, const char *path)
{
    const char *slash = strrchr(list_path, '/');
    if (path[0] == '/' || !slash || file_exists(path))
        return strdup(path);
    char dir[PATH_SIZE], joined[PATH_SIZE];
    snprintf(dir, sizeof dir, "%.*s", (int)(slash - list_path), list_path);
    if (!path_join(joined, dir[0] ? dir : "/", path, NULL) || !file_exists(joined))
        return strdup(path);
    return strdup(joined);
}

static bool add_line(struct sheets *sheets, const char *list_path, int number, char *line,
                     struct err *err)
{
    char *column[LIST_COLUMNS] = {0};
    int n = 0;
    for (char *rest = line; rest; n++) {
        char *text = strsep(&rest, "\t");
        if (n == LIST_COLUMNS)
            return err_set(err, "%s line %d has more than %d columns: id, front, back, dpi, group",
                           list_path, number, LIST_COLUMNS);
        column[n] = text;
    }
    if (n < 2 || !column[1][0])
        return err_set(err, "%s line %d: write id, front, back and dpi separated by tabs",
                       list_path, number);
    struct sheet_arg arg = {.id_given = true};
    if (n > 3 && column[3][0] &&
        !command_parse_number(column[3], SHEETS_DPI_MIN, SHEETS_DPI_MAX, &arg.dpi))
        return err_set(err, "%s line %d: dpi '%s' is no number from %.0f to %.0f", list_path,
                       number, column[3], SHEETS_DPI_MIN, SHEETS_DPI_MAX);
    const char *front_base = path_base(column[1]);
    arg.id = column[0][0] ? text_id(column[0], strlen(column[0]))
                          : text_id(front_base, stem_length(front_base));
    arg.path[SIDE_FRONT] = list_path_of(list_path, column[1]);
    if (n > 2 && column[2][0])
        arg.path[SIDE_BACK] = list_path_of(list_path, column[2]);
    if (n > 4 && column[4][0])
        arg.group = text_id(column[4], strlen(column[4]));
    return add(sheets, &arg, err);
}

bool sheets_add_list(struct sheets *sheets, const char *list_path, struct err *err)
{
    struct buf text = {0};
    bool ok = file_read(list_path, LIST_BYTES_MAX, &text, err);
    int number = 0;
    for (char *rest = text.data; ok && rest;) {
        char *line = strsep(&rest, "\n");
        size_t n = strlen(line);
        number++;
        if (n && line[n - 1] == '\r')
            line[n - 1] = '\0';
        if (line[0] && line[0] != '#')
            ok = add_line(sheets, list_path, number, line, err);
    }
    buf_finish(&text);
    return ok;
}

/* Whether back is front with "_back" added or in the place of "_front", extension aside. */
static bool is_back_of(const char *back, const char *front)
{
    const char *back_base = path_base(back), *front_base = path_base(front);
    if (back_base - back != front_base - front ||
        strncmp(back, front, (size_t)(back_base - back)) != 0)
        return false;
    const char *mark = strstr(back_base, back_mark);
    if (!mark)
        return false;
    size_t before = (size_t)(mark - back_base);
    size_t back_after = stem_length(back_base) - before - strlen(back_mark);
    size_t front_stem = stem_length(front_base);
    if (front_stem == 0 || front_stem < before || strncmp(back_base, front_base, before) != 0)
        return false;
    const char *after = front_base + before;
    if (strncmp(after, front_mark, strlen(front_mark)) == 0)
        after += strlen(front_mark);
    size_t after_length = front_stem - (size_t)(after - front_base);
    return after_length == back_after && strncmp(after, mark + strlen(back_mark), back_after) == 0;
}

static bool is_back_file(const struct sheet_arg *arg)
{
    const char *base = path_base(arg->path[SIDE_FRONT]);
    const char *mark = strstr(base, back_mark);
    return !arg->id_given && !arg->path[SIDE_BACK] && mark &&
           (size_t)(mark - base) + strlen(back_mark) <= stem_length(base);
}

/* Moves each _back file to its front; O(n) per back file, of which a command line has few. */
static void join_backs(struct sheets *sheets)
{
    size_t kept = 0;
    for (size_t i = 0; i < sheets->n; i++) {
        struct sheet_arg *arg = &sheets->sheet[i], *front = NULL;
        for (size_t j = 0; is_back_file(arg) && j < sheets->n && !front; j++) {
            struct sheet_arg *other = &sheets->sheet[j];
            bool moved = j >= kept && j < i; /* a slot whose content went further down */
            if (j != i && !moved && !other->path[SIDE_BACK] &&
                is_back_of(arg->path[SIDE_FRONT], other->path[SIDE_FRONT]))
                front = other;
        }
        if (front) {
            front->path[SIDE_BACK] = arg->path[SIDE_FRONT];
            free(arg->id);
        } else {
            sheets->sheet[kept++] = *arg;
        }
    }
    sheets->n = kept;
}

bool sheets_end(struct sheets *sheets, double dpi, struct err *err)
{
    struct sheet_arg *last = sheets->n ? &sheets->sheet[sheets->n - 1] : NULL;
    if (sheets->next_back) {
        if (!last || last->path[SIDE_BACK])
            return err_set(err, "--back %s has no image that it belongs to", sheets->next_back);
        last->path[SIDE_BACK] = sheets->next_back;
        sheets->next_back = NULL;
    }
    if (sheets->next_id) {
        if (!last || last->id_given)
            return err_set(err, "--id %s has no image that it belongs to", sheets->next_id);
        free(last->id);
        last->id = sheets->next_id;
        last->id_given = true;
        sheets->next_id = NULL;
    }
    join_backs(sheets);
    for (size_t i = 0; i < sheets->n; i++)
        if (sheets->sheet[i].dpi <= 0)
            sheets->sheet[i].dpi = dpi;
    return true;
}

void sheets_finish(struct sheets *sheets)
{
    for (size_t i = 0; i < sheets->n; i++) {
        free(sheets->sheet[i].id);
        free(sheets->sheet[i].path[SIDE_FRONT]);
        free(sheets->sheet[i].path[SIDE_BACK]);
        free(sheets->sheet[i].group);
    }
    free(sheets->sheet);
    free(sheets->next_id);
    free(sheets->next_back);
    *sheets = (struct sheets){0};
}
