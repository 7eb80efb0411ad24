/* extras: what a firm's envelope carries besides logo, sender and slogan, and what a forger's
 * printer adds where the firm prints nothing. */
#ifndef SIM_EXTRAS_H
#define SIM_EXTRAS_H

#include "tests/simulator/layout.h"

/* Rule, seal, "port betaald" box and band of the firm; the box missing or of another contract when
 * the deviations say so. */
void extras_draw(struct artwork *artwork, const struct firm *firm, const struct place *place,
                 enum format format, const struct deviations *deviations);

/* A line, a web address, a second mark or a frame; element "extra". */
void extra_print_draw(struct artwork *artwork, const struct firm *firm, const struct place *place,
                      enum format format, const struct deviations *deviations);

#endif
