/* return_join: a notice that was found in pieces. Forms with wide rows, and stamps, are read row by
 * row; which box is ticked, whose post it was and when only shows when the pieces are taken
 * together. */
#ifndef POSTWACHT_RETURN_JOIN_H
#define POSTWACHT_RETURN_JOIN_H

#include "classifier/return_reading.h"

/* The region that the pieces around the surest one make (print and stamps, no other labels; nothing
 * that holds an address), and which readings those are; what is only half a notice is given room
 * above and below. False when it stands alone and says enough. */
bool return_join_region(const struct sheet_texts *texts, const struct phrases *phrases,
                        struct return_region *ret, bool *ret_member);

/* Where nothing speaks for a return: a region that made no sense in which one word was read by its
 * colour, as of a stamp over an address; to be read by colour, along that word. ret_member: the
 * region. */
bool return_join_overprint(const struct sheet_texts *texts, struct return_region *ret,
                           bool *ret_member);

/* Puts the joined reading in the place of its members. */
void return_join_replace(struct sheet_texts *texts, const bool *member,
                         const struct return_reading *joined);

#endif
