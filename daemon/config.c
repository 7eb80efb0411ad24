#include "daemon/config.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIG_BYTES_MAX ((size_t)64 << 10) /* thousand times what it holds */

enum kind { KIND_TEXT, KIND_NUMBER };

struct key {
    const char *section, *name, *meaning;
    enum kind kind;
    size_t offset;
    const char *text;
    long number, min, max;
};

static const struct key keys[] = {
#define TEXT(s, k, standard, m)                                                                    \
    {.section = #s,                                                                                \
     .name = #k,                                                                                   \
     .meaning = m,                                                                                 \
     .kind = KIND_TEXT,                                                                            \
     .offset = offsetof(struct config, s##_##k),                                                   \
     .text = standard},
#define NUMBER(s, k, standard, lo, hi, m)                                                          \
    {.section = #s,                                                                                \
     .name = #k,                                                                                   \
     .meaning = m,                                                                                 \
     .kind = KIND_NUMBER,                                                                          \
     .offset = offsetof(struct config, s##_##k),                                                   \
     .number = standard,                                                                           \
     .min = lo,                                                                                    \
     .max = hi},
#include "daemon/config_keys.def"
#undef TEXT
#undef NUMBER
};
#define N_KEYS (sizeof keys / sizeof keys[0])

static char *text_of(const struct config *config, const struct key *key)
{
    return (char *)config + key->offset;
}

static long *number_of(const struct config *config, const struct key *key)
{
    return (long *)((char *)config + key->offset);
}

void config_defaults(struct config *ret)
{
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < N_KEYS; i++) {
        if (keys[i].kind == KIND_TEXT)
            snprintf(text_of(ret, &keys[i]), CONFIG_TEXT_SIZE, "%s", keys[i].text);
        else
            *number_of(ret, &keys[i]) = keys[i].number;
    }
}

struct reading_state {
    struct config config;
    struct buf problems;
};

static const struct key *find_key(const char *section, const char *name)
{
    for (size_t i = 0; i < N_KEYS; i++)
        if (strcmp(keys[i].section, section) == 0 && strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

static bool set_number(struct config *config, const struct key *key, const char *value,
                       struct err *err)
{
    char *end;
    errno = 0;
    long number = strtol(value, &end, 10);
    if (errno || end == value || *end || number < key->min || number > key->max)
        return err_set(err, "[%s] %s = %.40s: a number from %ld to %ld", key->section, key->name,
                       value, key->min, key->max);
    *number_of(config, key) = number;
    return true;
}

bool config_set(struct config *config, const char *section, const char *name, const char *value,
                struct err *err)
{
    const struct key *key = find_key(section, name);
    if (!key)
        return err_set(err, "[%.40s] %.40s: there is no such key", section, name);
    if (key->kind == KIND_NUMBER)
        return set_number(config, key, value, err);
    if (strlen(value) >= CONFIG_TEXT_SIZE)
        return err_set(err, "[%s] %s: longer than %d bytes", section, name, CONFIG_TEXT_SIZE - 1);
    strcpy(text_of(config, key), value);
    return true;
}

static int take_key(void *user, const char *section, const char *name, const char *value)
{
    struct reading_state *state = user;
    struct err err;
    if (!config_set(&state->config, section, name, value, &err))
        buf_printf(&state->problems, "%s; ", err.text);
    return 1; /* 0 would mean an error on this line, without saying which */
}

bool config_read(const char *path, struct config *ret, struct err *err)
{
    struct buf file = {0};
    struct reading_state state = {0};
    if (!file_read(path, CONFIG_BYTES_MAX, &file, err)) {
        buf_finish(&file);
        return false;
    }
    config_defaults(&state.config);
    int line = ini_parse_string(file.data, take_key, &state);
    if (line > 0)
        buf_printf(&state.problems, "line %d is neither [section] nor key = value; ", line);
    else if (line < 0)
        buf_puts(&state.problems, "out of memory; ");
    if (strlen(file.data) != file.len)
        buf_puts(&state.problems, "it is not a text file; ");
    bool ok = state.problems.len == 0;
    if (ok)
        *ret = state.config;
    else
        err_set(err, "%s: %.*s", path, (int)state.problems.len - 2,
                state.problems.data ? state.problems.data : "");
    buf_finish(&state.problems);
    buf_finish(&file);
    return ok;
}

bool config_templates_dir(const struct config *config, char ret[PATH_SIZE], struct err *err)
{
    if (!config->daemon_templates[0])
        return path_join(ret, config->daemon_state, "templates", err);
    snprintf(ret, PATH_SIZE, "%s", config->daemon_templates);
    return true;
}

void config_print(const struct config *config, struct buf *ret)
{
    const char *section = "";
    for (size_t i = 0; i < N_KEYS; i++) {
        const struct key *key = &keys[i];
        if (strcmp(section, key->section) != 0)
            buf_printf(ret, "%s[%s]\n", i ? "\n" : "", key->section);
        section = key->section;
        buf_printf(ret, "; %s\n", key->meaning);
        if (key->kind == KIND_TEXT)
            buf_printf(ret, "%s = %s\n", key->name, text_of(config, key));
        else
            buf_printf(ret, "%s = %ld\n", key->name, *number_of(config, key));
    }
}
