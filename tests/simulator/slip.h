/* slip: how a text comes out wrong that somebody typed again or half remembered. */
#ifndef SIM_SLIP_H
#define SIM_SLIP_H

#include "tests/simulator/deviations.h"

/* Changes the text in place by one slip; variant says which letter, digit or word. A text without
 * a digit gets another letter. */
void slip_text(char *text, size_t size, enum slip slip, unsigned variant);

#endif
