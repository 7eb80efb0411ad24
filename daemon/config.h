/* config: what the daemon must know before the register is open, from an INI file. Every key has a
 * default, so that no file is needed. The keys are the rows of config_keys.def. */
#ifndef POSTWACHT_CONFIG_H
#define POSTWACHT_CONFIG_H

#include "schemas/base/file.h"

struct buf;

#define CONFIG_TEXT_SIZE 512

struct config {
#define TEXT(section, key, standard, meaning) char section##_##key[CONFIG_TEXT_SIZE];
#define NUMBER(section, key, standard, min, max, meaning) long section##_##key;
#include "daemon/config_keys.def"
#undef TEXT
#undef NUMBER
};

#define CONFIG_FILE "/etc/postwacht/postwacht.conf"

void config_defaults(struct config *ret);

/* Reads a file over the defaults. Unknown keys, doubtful values and broken lines are all collected
 * in err, with their line numbers, before it fails. */
bool config_read(const char *path, struct config *ret, struct err *err);

/* Sets one key from text, as a file or a command-line option gives it. */
bool config_set(struct config *config, const char *section, const char *key, const char *value,
                struct err *err);

/* Where the firm's templates lie: the key, or STATE/templates. */
bool config_templates_dir(const struct config *config, char ret[PATH_SIZE], struct err *err);

/* The whole configuration as a file with its comments. */
void config_print(const struct config *config, struct buf *ret);

#endif
