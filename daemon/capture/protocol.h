/* protocol: what postwacht-capture tells its supervisor on standard output, one line a message:
 *
 *   ready <device>           the device is open and its options are set
 *   sheet <id>               this sheet is complete in the spool, on disk
 *   half <id>                this one is not; its folder is .half-<id>
 *   incident <kind> <text>   what the operator should be told, in plain words; kinds as below
 *   end <kind> <sheets>      the last line of every end that the program itself chose, with the
 *                            number of sheets that are complete; the device is free only when the
 *                            process has ended
 *
 * A worker that ends without `end` was killed or crashed in a driver: the sheets it reported are
 * safe, sheet_folders_sweep() deals with the rest. */
#ifndef POSTWACHT_CAPTURE_PROTOCOL_H
#define POSTWACHT_CAPTURE_PROTOCOL_H

#include <stdbool.h>

/* Why a batch ended or was disturbed: KIND(name, what the operator reads). Those up to STOPPED are
 * orderly (exit status 0), after the others (exit status 1) nothing continues by itself. */
#define CAPTURE_KINDS(KIND)                                                                        \
    KIND(DONE, "done", "the feeder is empty")                                                      \
    KIND(EMPTY, "empty", "there was no paper in the feeder")                                       \
    KIND(LIMIT, "limit", "as many sheets as asked for")                                            \
    KIND(STOPPED, "stopped", "stopped on request")                                                 \
    KIND(JAMMED, "jammed", "paper jam")                                                            \
    KIND(DOUBLE_FEED, "double_feed", "the scanner drew in two sheets at once")                     \
    KIND(COVER_OPEN, "cover_open", "the scanner's cover is open")                                  \
    KIND(IO_ERROR, "io_error", "the connection to the scanner failed")                             \
    KIND(BUSY, "busy", "another program is using the scanner")                                     \
    KIND(DENIED, "denied", "this program is not allowed to use the scanner")                       \
    KIND(NO_DEVICE, "no_device", "the scanner cannot be found")                                    \
    KIND(STALLED, "stalled", "the scanner stopped answering")                                      \
    KIND(TRUNCATED, "truncated", "the scanner delivered only part of a page")                      \
    KIND(OUT_OF_STEP, "out_of_step", "the scanner delivered front and back in the wrong order")    \
    KIND(SPACE, "space", "the disk is full")                                                       \
    KIND(SPOOL, "spool", "the sheet could not be written to disk")                                 \
    KIND(UNREADABLE, "unreadable", "a file in the folder cannot be read as an image file")         \
    KIND(SETTINGS, "settings", "the scanner does not do what was asked of it")                     \
    KIND(UNSUPPORTED, "unsupported", "the scanner sends images of a kind that is not supported")

enum capture_kind {
#define CAPTURE_KIND_ENUM(id, name, text) CAPTURE_##id,
    CAPTURE_KINDS(CAPTURE_KIND_ENUM)
#undef CAPTURE_KIND_ENUM
        CAPTURE_KIND_COUNT
};
extern const char *const capture_kind_names[CAPTURE_KIND_COUNT];
extern const char *const capture_kind_texts[CAPTURE_KIND_COUNT];
#define CAPTURE_LAST_ORDERLY CAPTURE_STOPPED

enum capture_verb {
    CAPTURE_SAYS_READY,
    CAPTURE_SAYS_SHEET,
    CAPTURE_SAYS_HALF,
    CAPTURE_SAYS_INCIDENT,
    CAPTURE_SAYS_END,
    CAPTURE_VERBS
};

#define CAPTURE_TEXT_SIZE 512
struct capture_message {
    enum capture_verb verb;
    enum capture_kind kind;       /* incident, end */
    char text[CAPTURE_TEXT_SIZE]; /* device, sheet id or incident text */
    int sheets;                   /* end */
};

/* line is without its '\n'. False for anything else than the lines above. */
bool capture_message_parse(const char *line, struct capture_message *ret);
/* One write(2), so that lines of two threads never mix; control characters become '?'. */
void capture_message_send(int fd, const struct capture_message *message);

#endif
