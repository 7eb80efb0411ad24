/* log: the only place of Postwacht that writes log lines. One line a call on standard error, with
 * control characters replaced, so that hostile text cannot forge a second line or move a cursor.
 * Under journald the line starts with the priority "<N>" that it understands. The level is the one
 * piece of mutable file-scope state in the house; set it before threads start. */
#ifndef POSTWACHT_LOG_H
#define POSTWACHT_LOG_H

enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING = 4,
    LOG_LEVEL_INFO = 6,
    LOG_LEVEL_DEBUG = 7
};

/* program is printed before each line on a terminal; NULL leaves it out. */
void log_init(const char *program, enum log_level level);
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
