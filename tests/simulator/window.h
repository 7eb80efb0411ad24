/* window: the address window of a business envelope and the letter that lies behind it, loose by
 * some millimetres, seen through glassine or film. */
#ifndef SIM_WINDOW_H
#define SIM_WINDOW_H

#include "tests/simulator/envelope.h"

/* maker: what all envelopes of the firm share (the film); letter: NULL or n lines of its address.
 */
void window_show(struct envelope *envelope, struct rng maker, const char *const *letter, int n,
                 struct rng rng);

#endif
