/* franking: the imprint of an office's franking machine. Frame, sign, machine and licence number
 * never change; date and amount do. The machine is an inkjet that the letter runs past: the imprint
 * lies within a few mm and a degree of its place top right. */
#ifndef SIM_FRANKING_H
#define SIM_FRANKING_H

#include "tests/simulator/envelope.h"

/* `machine` is the printer's own generator. Tells where the imprint came; false when memory is out.
 */
bool franking_print(struct envelope *envelope, const struct franking *franking, struct rng machine,
                    struct rng sheet, struct box *ret);

#endif
