/* source: where sheets come from. A scanner and a folder of image files stand behind the same few
 * functions, so that recorded input walks the live path. To add one: a file that defines a
 * `const struct capture_source`, its line below and in the table of postwacht_capture.c. */
#ifndef POSTWACHT_CAPTURE_SOURCE_H
#define POSTWACHT_CAPTURE_SOURCE_H

#include "daemon/capture/guard.h"
#include "schemas/base/file.h"
#include "schemas/sheet.h"

#define CAPTURE_OPTIONS_MAX 16

struct capture_request {
    char spool[PATH_SIZE]; /* absolute */
    char batch[SHEET_ID_SIZE];
    const char *device; /* SANE's name; "" is the first one found */
    const char *folder; /* absolute; for the folder source */
    const char *source; /* auto, duplex, adf, flatbed, or a name of the device's own */
    const char *mode;   /* Color, Gray, Lineart, or a name of the device's own */
    double dpi;
    double width_mm, height_mm; /* largest paper; 0: the house's default for the source */
    const char *option[CAPTURE_OPTIONS_MAX]; /* NAME=VALUE, set after everything else */
    int n_options;
    int max;             /* sheets; 0 without limit */
    int first_seq;       /* number of the first sheet in its batch */
    double space_wait_s; /* how long to pause for a full disk */
    bool consume;        /* folder: move what was taken to taken/, what was not to refused/ */
};

struct capture_why {
    enum capture_kind kind;
    char detail[256]; /* "" or one sentence more */
};

enum source_result {
    SOURCE_SHEET,        /* all its images stand in the folder */
    SOURCE_HALF,         /* a sheet was drawn in and did not come whole; a person must look */
    SOURCE_HALF_IN_STEP, /* likewise, but the next sheet can be fed */
    SOURCE_REFUSED,      /* what stood next cannot be a sheet and was passed over; why says what */
    SOURCE_END,          /* no sheet was drawn in; why says whether that is an orderly end */
};

struct capture_source {
    const char *kind; /* of sheet.json */
    /* On true the detail of why is "" or a notice for the operator. */
    bool (*open)(const struct capture_request *request, struct guard *guard, void **ret,
                 struct capture_why *ret_why);
    /* Puts images into dir, fsynced, and fills device, settings and sides of sheet. */
    enum source_result (*next)(void *state, const char *dir, struct sheet *sheet,
                               struct capture_why *ret_why);
    /* The sheet that next gave is complete on disk. */
    void (*taken)(void *state);
    void (*close)(void *state); /* accepts NULL */
};

extern const struct capture_source scanner_source, folder_source;

/* Always false, for the return of a function that fills why. */
bool why_set(struct capture_why *why, enum capture_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
