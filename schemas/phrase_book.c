#include "schemas/phrase_book.h"

#include "schemas/base/buf.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"
#include "schemas/base/fold.h"
#include "schemas/base/rows.h"
#include "schemas/base/text.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define COLUMNS 7
#define EXPECTED "country, operator, language, reason, weight, confidence and phrase"
#define BOOK_BYTES_MAX (1u << 20)
#define LETTERS_MIN 4
#define EVERYWHERE "XX"
#define FILE_MODE 0644

const char *const return_reason_keys[] = {"RETURN",
                                          "UNKNOWN",
                                          "MOVED",
                                          "REFUSED",
                                          "UNCLAIMED",
                                          "DECEASED",
                                          "NO_SUCH_ADDRESS",
                                          "INSUFFICIENT_ADDRESS",
                                          "INACCESSIBLE",
                                          "VACANT",
                                          "COMPANY_GONE",
                                          "POSTAGE",
                                          "PROHIBITED",
                                          "CUSTOMS",
                                          "TRAVELLING",
                                          "ILLEGIBLE",
                                          "DAMAGED",
                                          "BOX_CLOSED",
                                          "MISROUTED",
                                          "SENDER_REQUEST",
                                          "NO_ID",
                                          "OTHER_CARRIER",
                                          "OTHER",
                                          "PREPRINTED",
                                          NULL};

static bool is_reason(const char *reason)
{
    for (int i = 0; return_reason_keys[i]; i++)
        if (strcmp(return_reason_keys[i], reason) == 0)
            return true;
    return false;
}

static bool is_code(const char *text, int (*is)(int))
{
    return !text[0] ||
           (strlen(text) == 2 && is((unsigned char)text[0]) && is((unsigned char)text[1]));
}

static bool is_plain(const char *text)
{
    for (const char *at = text; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            return false;
    return true;
}

/* Letters and digits as the reader compares them. */
static int letters_of(const char *text)
{
    char folded[2 * PHRASE_TEXT_SIZE];
    int spaces = 0;
    text_fold(text, folded, sizeof folded);
    for (const char *at = folded; *at; at++)
        spaces += *at == ' ';
    return text_count(folded) - spaces;
}

bool phrase_check(const struct own_phrase *phrase, struct err *err)
{
    if (!is_reason(phrase->reason))
        return err_set(err, "'%s' is no reason of a return", phrase->reason);
    if (!is_code(phrase->country, isupper))
        return err_set(err, "'%s' is no country: two capital letters, as DE", phrase->country);
    if (!is_code(phrase->language, islower))
        return err_set(err, "'%s' is no language: two small letters, as de", phrase->language);
    if (!is_plain(phrase->text) || !is_plain(phrase->operator_))
        return err_set(err, "the wording holds tabs or control characters: type it as one line");
    if (letters_of(phrase->text) < LETTERS_MIN)
        return err_set(err,
                       "'%s' is too short: %d letters or more, or it would be found everywhere",
                       phrase->text, LETTERS_MIN);
    return true;
}

double phrase_weight(const struct own_phrase *phrase)
{
    int letters = letters_of(phrase->text);
    if (strcmp(phrase->reason, "RETURN") == 0) /* a heading alone does not make a return */
        return letters < 12 ? 0.4 : 0.6;
    return letters < 6 ? 0.4 : letters < 10 ? 0.55 : letters < 16 ? 0.7 : 0.85;
}

static bool take_field(char *ret, size_t n, const char *text)
{
    if (strlen(text) >= n)
        return false;
    memcpy(ret, text, strlen(text) + 1);
    return true;
}

static bool parse(char *const field[], struct own_phrase *ret, struct err *err)
{
    *ret = (struct own_phrase){0};
    const char *country = strcmp(field[0], EVERYWHERE) == 0 ? "" : field[0];
    if (!take_field(ret->country, sizeof ret->country, country) ||
        !take_field(ret->operator_, sizeof ret->operator_, field[1]) ||
        !take_field(ret->language, sizeof ret->language, field[2]) ||
        !take_field(ret->reason, sizeof ret->reason, field[3]) ||
        !take_field(ret->text, sizeof ret->text, field[6]))
        return err_set(err, "a column is too long");
    return phrase_check(ret, err);
}

struct book {
    struct own_phrase *phrase;
    int n;
};

static bool take_row(void *ctx, char *const field[], struct err *err)
{
    struct book *book = ctx;
    if (book->n == PHRASE_BOOK_MAX)
        return err_set(err, "more than %d phrases", PHRASE_BOOK_MAX);
    if (!parse(field, &book->phrase[book->n], err))
        return false;
    book->n++;
    return true;
}

bool phrase_book_read(const char *path, struct own_phrase *ret, int *ret_n, struct err *err)
{
    struct buf text = {0};
    struct book book = {.phrase = ret};
    bool fine =
        !file_exists(path) || (file_read(path, BOOK_BYTES_MAX, &text, err) &&
                               rows_read(text.data, path, COLUMNS, EXPECTED, take_row, &book, err));
    *ret_n = book.n;
    buf_finish(&text);
    return fine;
}

static bool write_book(const char *path, const struct own_phrase *phrase, int n, struct err *err)
{
    struct buf text = {0};
    buf_puts(&text, "# Own wording of returns; columns as in return_phrases.tsv.\n"
                    "country\toperator\tlanguage\treason\tweight\tconfidence\tphrase\n");
    for (int i = 0; i < n; i++)
        buf_printf(&text, "%s\t%s\t%s\t%s\t%.2f\tB\t%s\n",
                   phrase[i].country[0] ? phrase[i].country : EVERYWHERE, phrase[i].operator_,
                   phrase[i].language, phrase[i].reason, phrase_weight(&phrase[i]), phrase[i].text);
    bool fine = buf_ok(&text, err) && file_write_atomic(path, text.data, text.len, FILE_MODE, err);
    buf_finish(&text);
    return fine;
}

/* A lock beside the file, since the file itself is replaced. -1 when it cannot be had. */
static int lock(const char *path, struct err *err)
{
    char name[PATH_SIZE];
    if (snprintf(name, sizeof name, "%s.lock", path) >= (int)sizeof name) {
        err_set(err, "the path %s is too long", path);
        return -1;
    }
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        err_errno(err, "cannot lock %s", name);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return fd;
}

static bool is_same(const struct own_phrase *phrase, const char *text, const char *country)
{
    return strcmp(phrase->text, text) == 0 && strcmp(phrase->country, country) == 0;
}

typedef bool book_change(struct own_phrase *list, int *n, const struct own_phrase *with,
                         struct err *err);

static bool add(struct own_phrase *list, int *n, const struct own_phrase *with, struct err *err)
{
    for (int i = 0; i < *n; i++)
        if (is_same(&list[i], with->text, with->country))
            return err_set(err, "'%s' is there already", with->text);
    if (*n == PHRASE_BOOK_MAX)
        return err_set(err, "there are %d phrases already: remove some first", PHRASE_BOOK_MAX);
    list[(*n)++] = *with;
    return true;
}

static bool take_out(struct own_phrase *list, int *n, const struct own_phrase *with,
                     struct err *err)
{
    int kept = 0;
    for (int i = 0; i < *n; i++)
        if (!is_same(&list[i], with->text, with->country))
            list[kept++] = list[i];
    if (kept == *n)
        return err_set(err, "'%s' is not among the own phrases", with->text);
    *n = kept;
    return true;
}

static bool change_book(const char *path, book_change *change, const struct own_phrase *with,
                        struct err *err)
{
    struct own_phrase *list = calloc(PHRASE_BOOK_MAX, sizeof *list);
    int n = 0, fd = list ? lock(path, err) : -1;
    bool fine = list ? fd >= 0 : err_set(err, "out of memory for phrases");
    fine = fine && phrase_book_read(path, list, &n, err) && change(list, &n, with, err) &&
           write_book(path, list, n, err);
    if (fd >= 0)
        close(fd);
    free(list);
    return fine;
}

bool phrase_book_add(const char *path, const struct own_phrase *phrase, struct err *err)
{
    return phrase_check(phrase, err) && change_book(path, add, phrase, err);
}

bool phrase_book_remove(const char *path, const char *text, const char *country, struct err *err)
{
    struct own_phrase with = {0};
    if (!take_field(with.text, sizeof with.text, text) ||
        !take_field(with.country, sizeof with.country, country))
        return err_set(err, "'%.100s' is not among the own phrases", text);
    return change_book(path, take_out, &with, err);
}
