#include "faults.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    enum feeder_fault kind;
} kinds[FAULT_KINDS] = {
    {"open", FAULT_OPEN},                   /* sane_open returns the status */
    {"open-hang", FAULT_OPEN_HANG},         /* sane_open never returns */
    {"close-hang", FAULT_CLOSE_HANG},       /* sane_close never returns */
    {"start", FAULT_START},                 /* sane_start returns the status; the sheet stays */
    {"start-hang", FAULT_START_HANG},       /* until sane_cancel, or for ever when "deaf" */
    {"read", FAULT_READ},                   /* sane_read returns the status at that byte */
    {"hang", FAULT_HANG},                   /* sane_read blocks there, as start-hang */
    {"crash", FAULT_CRASH},                 /* abort() at that byte */
    {"truncate", FAULT_TRUNCATE},           /* plain EOF at that byte, as airscan does */
    {"starve", FAULT_STARVE},               /* GOOD with length 0 for ever, as net does */
    {"vanish", FAULT_VANISH},               /* IO_ERROR there, and off the bus until replugged */
    {"grey-tail", FAULT_GREY_TAIL},         /* 128 from that byte on: a truncated JPEG */
    {"lines-unknown", FAULT_LINES_UNKNOWN}, /* lines = -1 */
    {"padding", FAULT_PADDING},             /* that many bytes after the pixels of a line */
    {"slow", FAULT_SLOW},                   /* that many bytes a second */
};

static const char *const statuses[] = {
    [SANE_STATUS_UNSUPPORTED] = "SANE_STATUS_UNSUPPORTED",
    [SANE_STATUS_CANCELLED] = "SANE_STATUS_CANCELLED",
    [SANE_STATUS_DEVICE_BUSY] = "SANE_STATUS_DEVICE_BUSY",
    [SANE_STATUS_INVAL] = "SANE_STATUS_INVAL",
    [SANE_STATUS_EOF] = "SANE_STATUS_EOF",
    [SANE_STATUS_JAMMED] = "SANE_STATUS_JAMMED",
    [SANE_STATUS_NO_DOCS] = "SANE_STATUS_NO_DOCS",
    [SANE_STATUS_COVER_OPEN] = "SANE_STATUS_COVER_OPEN",
    [SANE_STATUS_IO_ERROR] = "SANE_STATUS_IO_ERROR",
    [SANE_STATUS_NO_MEM] = "SANE_STATUS_NO_MEM",
    [SANE_STATUS_ACCESS_DENIED] = "SANE_STATUS_ACCESS_DENIED",
};

static bool set_word(struct fault *fault, const char *word)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (statuses[i] && strcmp(word, statuses[i]) == 0) {
            fault->status = (SANE_Status)i;
            return true;
        }
    if (isdigit((unsigned char)*word))
        fault->number = atoll(word);
    else if (strcmp(word, "front") == 0)
        fault->side = FEEDER_FRONT;
    else if (strcmp(word, "back") == 0)
        fault->side = FEEDER_BACK;
    else if (strcmp(word, "deaf") == 0)
        fault->deaf = true;
    else if (strcmp(word, "double-feed") == 0)
        fault->double_feed = true;
    else if (strcmp(word, "always") == 0)
        fault->always = true;
    else
        return false;
    return true;
}

static bool parse_line(const char *text, struct fault *ret)
{
    *ret = (struct fault){.side = FEEDER_SIDES, .status = SANE_STATUS_IO_ERROR};
    snprintf(ret->line, sizeof ret->line, "%s", text);
    char copy[sizeof ret->line], *rest = copy;
    memcpy(copy, ret->line, sizeof copy);
    const char *kind = strtok_r(rest, " \t", &rest);
    const char *sheet = strtok_r(NULL, " \t", &rest);
    size_t k = 0;
    while (kind && k < FAULT_KINDS && strcmp(kind, kinds[k].name) != 0)
        k++;
    if (!kind || k == FAULT_KINDS)
        return false;
    ret->kind = kinds[k].kind;
    ret->sheet = sheet ? atoi(sheet) : 0;
    for (char *word; (word = strtok_r(NULL, " \t", &rest));)
        if (!set_word(ret, word))
            return false;
    return true;
}

/* Calls nothing back: reads the next line that is neither empty nor a comment. */
static bool next_line(FILE *file, char *ret, size_t size)
{
    while (fgets(ret, (int)size, file)) {
        ret[strcspn(ret, "#\r\n")] = '\0';
        for (size_t n = strlen(ret); n && ret[n - 1] == ' '; n--)
            ret[n - 1] = '\0';
        if (*ret)
            return true;
    }
    return false;
}

static FILE *open_in(const char *hopper, const char *name, const char *mode)
{
    char path[FEEDER_PATH_SIZE];
    if (snprintf(path, sizeof path, "%s/%s", hopper, name) >= (int)sizeof path)
        return NULL;
    return fopen(path, mode);
}

void faults_read(const char *hopper, struct faults *ret)
{
    ret->n = 0;
    char line[sizeof ret->fault[0].line];
    FILE *file = open_in(hopper, "faults", "re");
    while (file && ret->n < FAULTS_MAX && next_line(file, line, sizeof line)) {
        if (parse_line(line, &ret->fault[ret->n]))
            ret->n++;
        else
            fprintf(stderr, "feeder: cannot understand the fault \"%s\"\n", line);
    }
    if (file)
        fclose(file);
    file = open_in(hopper, "faults.fired", "re");
    while (file && next_line(file, line, sizeof line))
        for (int i = 0; i < ret->n; i++)
            if (strcmp(ret->fault[i].line, line) == 0) {
                memmove(&ret->fault[i], &ret->fault[i + 1],
                        (size_t)(ret->n - i - 1) * sizeof *ret->fault);
                ret->n--;
                break;
            }
    if (file)
        fclose(file);
}

const struct fault *faults_find(const struct faults *faults, enum feeder_fault kind, int sheet,
                                int side)
{
    for (int i = 0; i < faults->n; i++) {
        const struct fault *fault = &faults->fault[i];
        if (fault->kind == kind && (fault->sheet == 0 || fault->sheet == sheet) &&
            (fault->side == FEEDER_SIDES || fault->side == side))
            return fault;
    }
    return NULL;
}

void faults_fire(struct faults *faults, const struct fault *fault, const char *hopper)
{
    if (fault->always)
        return;
    FILE *file = open_in(hopper, "faults.fired", "ae");
    if (file) {
        fprintf(file, "%s\n", fault->line);
        fclose(file);
    }
    int i = (int)(fault - faults->fault);
    memmove(&faults->fault[i], &faults->fault[i + 1],
            (size_t)(faults->n - i - 1) * sizeof *faults->fault);
    faults->n--;
}
