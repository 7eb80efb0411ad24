/* correspondents: who sent a sheet and to whom, found among what was read on it: which of the
 * blocks of text is the recipient's and which the sender's, and what they say as addresses. All
 * text is hostile. */
#ifndef POSTWACHT_CORRESPONDENTS_H
#define POSTWACHT_CORRESPONDENTS_H

#include "classifier/address.h"
#include "classifier/return_reading.h"

struct correspondent {
    bool found;
    int reading; /* index of the block it was read from; its text from `start`, `length` bytes */
    int start, length;
    struct address address;
};

/* The recipient: of the blocks that hold an address and stand where no sender does, the one in the
 * largest letters. */
struct correspondent correspondent_recipient(const struct return_reading *reading, int n,
                                             const struct phrases *phrases);

/* The block that stands where a recipient does, also when it cannot be read as an address (it may
 * be struck out); index, or -1. */
int correspondent_block(const struct return_reading *reading, int n,
                        const struct correspondent *recipient);

/* The sender, in the three usual places: small at the top left, on the back, or in one line above
 * the recipient. recipient: as found, also when it was not. */
struct correspondent correspondent_sender(const struct return_reading *reading, int n,
                                          const struct correspondent *recipient,
                                          const struct phrases *phrases);

/* The address as the screening tells it; nothing of places. */
void correspondent_tell(const struct address *address, struct screening_party *ret);

#endif
