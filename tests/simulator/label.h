/* label: what a carrier sticks on a letter on its way, without any word of a return: a white
 * routing label with a bar code. It is put so that it hides a wanted share of an element. */
#ifndef SIM_LABEL_H
#define SIM_LABEL_H

#include "tests/simulator/sticker.h"

/* A label that comes in over the target from one side (drawn) and hides `share` of its box, 0..1;
 * of a few tries the one that hides least of the `others`. It stays on the paper. */
struct sticker label_over(const struct envelope *envelope, enum art_side side, struct box target,
                          double share, const struct box *others, int n_others, struct rng *rng);
void label_stick(struct envelope *envelope, const struct sticker *label, struct rng rng);

#endif
