/* return_reading: one region read, and what in it speaks for a return. */
#ifndef POSTWACHT_RETURN_READING_H
#define POSTWACHT_RETURN_READING_H

#include "classifier/label_picture.h"
#include "classifier/return_phrases.h"
#include "classifier/return_regions.h"
#include "classifier/tick_boxes.h"

#define RETURN_CLAIM                                                                               \
    0.75 /* evidence that makes a return: a short heading with a short reason, or one              \
            phrase that is used for nothing else */
#define RETURN_HINT 0.3     /* below: ordinary words */
#define SENSE_CONFIDENCE 60 /* mean of words; below: no words */
#define READING_TEXT_SIZE 2048

struct return_reading {
    struct return_region region;   /* angle_deg: as the text reads, -180..180 */
    char text[READING_TEXT_SIZE];  /* lines as read */
    char plain[READING_TEXT_SIZE]; /* for phrases_match */
    enum label_ink ink;            /* that it was read in */
    float confidence;
    double letter_mm; /* median height of its words */
    double at[2];     /* its middle, share of the side's width and height, upright as it reads */
    int n_hits;
    struct phrase_hit hit[PHRASE_HITS_MAX];
    double heading, reason; /* weight of the best phrase of each kind, after context */
    double evidence;
    struct tick_result tick; /* boxes 0: none looked for or found */
    int ticked_hit;          /* index of a hit on the ticked line, or -1 */
};

/* All text that was read on a sheet beside the template's own print. */
struct sheet_texts {
    struct return_reading *reading; /* owned */
    int n;
    int unread; /* places that were given up for lack of time */
};
void sheet_texts_finish(struct sheet_texts *texts);

/* How the reader gets along: which side up to try first, how long it may take. */
struct return_reader {
    const struct side *side;
    int turn; /* clockwise, makes the side upright; -1 unknown */
    struct ocr *ocr;
    const struct phrases *phrases;
    double until_s; /* clock_mono_s */
};

/* False with *ret_late when time ran out, which is no fault. */
bool return_reading_make(const struct return_reader *reader, const struct return_region *region,
                         struct return_reading *ret, bool *ret_late, struct err *err);

/* Its text without the words of return phrases, lines as they are: what a notice was stamped over.
 */
void return_reading_rest(const struct return_reading *reading, char ret[READING_TEXT_SIZE]);

/* Whether it bears different reasons, or another one than *first; which is the first found, NULL to
 * begin with. */
bool return_reading_has_several(const struct return_reading *reading, const char **first);

/* Whether a piece of text belongs to a notice without saying anything of a return itself: a post's
 * name or a day above its head or at its foot, at the same tilt. */
bool return_reading_is_foot(const struct return_reading *piece,
                            const struct return_reading *notice);

/* Degrees clockwise that make its side upright, by a block of print that was read surely; -1 when
 * it does not tell. Labels and stamps lie as they come. */
int return_reading_turn(const struct return_reading *reading);

#endif
