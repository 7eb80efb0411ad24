#include "daemon/capture/protocol.h"

#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHEETS_MAX 1000000 /* in one batch: years of one scanner */

const char *const capture_kind_names[CAPTURE_KIND_COUNT] = {
#define CAPTURE_KIND_NAME(id, name, text) name,
    CAPTURE_KINDS(CAPTURE_KIND_NAME)};
const char *const capture_kind_texts[CAPTURE_KIND_COUNT] = {
#define CAPTURE_KIND_TEXT(id, name, text) text,
    CAPTURE_KINDS(CAPTURE_KIND_TEXT)};

static const char *const verbs[CAPTURE_VERBS] = {
    [CAPTURE_SAYS_READY] = "ready", [CAPTURE_SAYS_SHEET] = "sheet",
    [CAPTURE_SAYS_HALF] = "half",   [CAPTURE_SAYS_INCIDENT] = "incident",
    [CAPTURE_SAYS_END] = "end",
};

/* The index of the word that text begins with, and what follows the space after it. */
static int take_word(const char *const *words, int n, const char *text, const char **ret_rest)
{
    size_t length = strcspn(text, " ");
    for (int i = 0; i < n; i++) {
        if (strlen(words[i]) == length && strncmp(words[i], text, length) == 0) {
            *ret_rest = text + length + (text[length] == ' ');
            return i;
        }
    }
    return -1;
}

bool capture_message_parse(const char *line, struct capture_message *ret)
{
    struct capture_message message = {0};
    const char *rest = line;
    int verb = take_word(verbs, CAPTURE_VERBS, rest, &rest);
    if (verb < 0)
        return false;
    message.verb = (enum capture_verb)verb;
    if (message.verb == CAPTURE_SAYS_INCIDENT || message.verb == CAPTURE_SAYS_END) {
        int kind = take_word(capture_kind_names, CAPTURE_KIND_COUNT, rest, &rest);
        if (kind < 0)
            return false;
        message.kind = (enum capture_kind)kind;
    }
    if (message.verb == CAPTURE_SAYS_END) {
        char *end;
        long sheets = strtol(rest, &end, 10);
        if (end == rest || *end || sheets < 0 || sheets > SHEETS_MAX)
            return false;
        message.sheets = (int)sheets;
    } else if (strlen(rest) >= sizeof message.text) {
        return false;
    } else {
        strcpy(message.text, rest);
    }
    bool is_id = message.verb == CAPTURE_SAYS_SHEET || message.verb == CAPTURE_SAYS_HALF;
    if (is_id && !name_is_safe(message.text))
        return false;
    *ret = message;
    return true;
}

void capture_message_send(int fd, const struct capture_message *message)
{
    char line[sizeof message->text + 64];
    struct err text; /* replaces control characters */
    err_set(&text, "%s", message->text);
    const char *verb = verbs[message->verb], *kind = capture_kind_names[message->kind];
    if (message->verb == CAPTURE_SAYS_END)
        snprintf(line, sizeof line, "%s %s %d\n", verb, kind, message->sheets);
    else if (message->verb == CAPTURE_SAYS_INCIDENT)
        snprintf(line, sizeof line, "%s %s %s\n", verb, kind, text.text);
    else
        snprintf(line, sizeof line, "%s %s\n", verb, text.text);
    /* A supervisor that is gone must not cost the sheets that are still in the feeder. */
    while (write(fd, line, strlen(line)) < 0 && errno == EINTR)
        continue;
}
