#include "daemon/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE                                                                                  \
    1024 /* one write(2) below PIPE_BUF, so that lines of several processes never mix */

static struct {
    const char *program;
    enum log_level level;
    bool journal;
} log_state = {.program = NULL, .level = LOG_LEVEL_INFO, .journal = false};

void log_init(const char *program, enum log_level level)
{
    log_state.program = program;
    log_state.level = level;
    log_state.journal = getenv("JOURNAL_STREAM") != NULL;
}

static void log_line(enum log_level level, const char *fmt, va_list args)
{
    if (level > log_state.level)
        return;
    char line[LINE_SIZE];
    int head = 0;
    if (log_state.journal)
        head = snprintf(line, sizeof line, "<%d>", (int)level);
    else if (log_state.program)
        head = snprintf(line, sizeof line, "%.64s: ", log_state.program);
    size_t start = head > 0 ? (size_t)head : 0;
    vsnprintf(line + start, sizeof line - start - 1, fmt, args);
    size_t n = strlen(line);
    for (size_t i = start; i < n; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = '?';
    line[n++] = '\n';
    ssize_t written = write(STDERR_FILENO, line, n);
    (void)written; /* nowhere left to say that standard error is gone */
}

#define LOG_FUNCTION(name, level)                                                                  \
    void name(const char *fmt, ...)                                                                \
    {                                                                                              \
        va_list args;                                                                              \
        va_start(args, fmt);                                                                       \
        log_line(level, fmt, args);                                                                \
        va_end(args);                                                                              \
    }

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warning, LOG_LEVEL_WARNING)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)
