/* return_ticks: which line of a form is ticked. */
#ifndef POSTWACHT_RETURN_TICKS_H
#define POSTWACHT_RETURN_TICKS_H

#include "classifier/return_reading.h"

#define READ_WORDS_MAX 512

/* Words of a picture at LABEL_DPI, with the place in `plain` where each begins. */
struct read_words {
    int n;
    struct {
        int at;
        int letters;
        float confidence;      /* 0..100 */
        bool asks;             /* ends in a question mark */
        double left, right, y; /* px */
    } word[READ_WORDS_MAX];
};

/* Fills reading->tick and ticked_hit. A ticked line on which nothing was understood is read by
 * itself; what is then found is added to the hits. languages: packs to read it in. */
bool return_ticks_read(const struct return_reader *reader, const struct read_words *words,
                       const char *languages, struct return_reading *reading, struct err *err);

#endif
