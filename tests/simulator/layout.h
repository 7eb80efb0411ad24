/* layout: where a firm's elements stand on a format, mm on the upright side. */
#ifndef SIM_LAYOUT_H
#define SIM_LAYOUT_H

#include "tests/simulator/firm.h"

#define LEADING 1.38 /* line distance over type size */

struct place {
    double logo_x, logo_y, logo_size;
    double sender_x, sender_y;
    double slogan_x, slogan_y;
    bool sender_line, sender_back, slogan_back;
    bool sender_upright; /* turned a quarter to the left, read from the right */
    double rule_x, rule_y;
};

struct place place_of(const struct firm *firm, enum format format);

#endif
