/* screen: one sheet from images to a screening; the stage list in screen.c is the table of
 * contents. A screener holds what is loaded once (templates, OCR engines, phrases) and is created
 * before any fork; screening only reads it. */
#ifndef POSTWACHT_SCREEN_H
#define POSTWACHT_SCREEN_H

#include "schemas/screening.h"

struct screener;

struct screener_options {
    const char *const
        *template_dir; /* NAME.template folders; none is allowed: all is `other` or return only */
    int n_templates;
    const char *data_dir;    /* holds return_phrases.tsv */
    const char *own_phrases; /* a file of the office's own in the same columns; NULL: none */
};
bool screener_create(const struct screener_options *options, struct screener **ret,
                     struct err *err);
void screener_destroy(struct screener *screener);

struct screen_input {
    const char *id;
    const char *path[SIDE_COUNT]; /* path[SIDE_BACK] may be NULL */
    double dpi;                   /* 0: from the files */
    const char *out_dir;      /* crops and previews go to out_dir/crops; NULL: none are written */
    bool keep_correspondents; /* of other people's mail as well: somebody asked for this sheet */
};

/* True when the sheet was screened, whatever the verdict. False: an image could not be read (err
 * says which, why and what to do); *ret then holds id and error, ready for its JSON line. */
bool screen_files(struct screener *screener, const struct screen_input *input,
                  struct screening *ret, struct err *err);

#endif
