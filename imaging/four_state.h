/* four_state: postal codes of bars in four states (full, ascender, descender, tracker): the Dutch
 * KIX, the Royal Mail's RM4SCC and 4-state Mailmark (C and L), the Intelligent Mail barcode of the
 * USPS. */
#ifndef POSTWACHT_FOUR_STATE_H
#define POSTWACHT_FOUR_STATE_H

#include "imaging/image.h"

#define FOUR_STATE_BARS_MAX 128

/* Bars from left to right as they stand in the picture: 'F', 'A', 'D' or 'T' each. */
struct four_state_bars {
    char state[FOUR_STATE_BARS_MAX + 1];
    int n;            /* 0: no row of such bars */
    double box_px[4]; /* around them */
    double pitch_px;
    bool doubtful; /* a bar's length lies between two states */
};

/* grey: one channel, dpi_x set (250 or more), the bars upright within about a degree. */
bool four_state_bars_read(const struct image *grey, struct four_state_bars *ret, struct err *err);

enum four_state_check { FOUR_STATE_OK, FOUR_STATE_NO_CHECK, FOUR_STATE_FAILED };
struct four_state_text {
    const char *symbology; /* kix, rm4scc, mailmark_c, mailmark_l, imb */
    char text[48]; /* Mailmark: format, version, class, supply chain, item, postcode with DPS;
                      IMb: tracking code and, after '-', routing code */
    enum four_state_check check; /* failed: text holds the bars, not their meaning */
    bool turned;                 /* the bars stand on their head */
};

/* What a row of bars says; both ways round are tried. False when it is none of these codes.
 * Sources: KIX and RM4SCC by weights of ascenders and descenders, Royal Mail "Mailmark barcode C /
 * L encoding and decoding instructions" (2015), USPS-B-3200 for the Intelligent Mail barcode. */
bool four_state_decode(const char *state, struct four_state_text *ret);

#endif
