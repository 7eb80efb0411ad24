/* dress: what the sender's office, the post and the journey add: recipient, postage, postmark, a
 * struck-through address, tracking dots of a colour laser. */
#ifndef SIM_DRESS_H
#define SIM_DRESS_H

#include "tests/simulator/envelope.h"

#define RECIPIENT_LINES 5
struct recipient {
    const char *country; /* ISO 3166 */
    int n;
    char line[RECIPIENT_LINES][96];
};

/* country NULL: any. */
struct recipient recipient_draw(const char *country, struct rng *rng);
/* Mail to the firm itself. */
struct recipient recipient_firm(const struct firm *firm);

enum address_style { ADDRESS_PRINTED, ADDRESS_LABEL, ADDRESS_HANDWRITTEN, ADDRESS_STYLES };

/* Puts the address on the front and tells where. `office` is the printer that prints it (laser or
 * inkjet), started; unused for handwriting. False when memory is out. */
bool dress_address(struct envelope *envelope, const struct recipient *recipient,
                   enum address_style style, const struct print *office, struct rng rng,
                   struct box *ret);
/* Stamps, a franking imprint or a "port betaald" box of anybody. */
void dress_postage(struct envelope *envelope, struct rng rng);
void dress_stamps(struct envelope *envelope, struct rng rng); /* cancelled */
void dress_postmark(struct envelope *envelope, double x, double y, struct rng rng);
void dress_strike(struct envelope *envelope, struct box address, struct rng rng);
/* A few words by pen, as office or post staff leave them. */
void dress_note(struct envelope *envelope, enum art_side side, double x, double y, struct rng rng);
/* A private person's handwritten sender on the back. */
void dress_private_sender(struct envelope *envelope, struct rng rng);

struct dots { /* pattern P4: 15 columns of 7 bits with odd parity */
    int year, month, day, hour, minute;
    unsigned serial; /* eight decimal digits */
};
struct dots dots_draw(struct rng machine, struct rng *sheet);
void dress_dots(struct side *side, const struct dots *dots, struct rng rng);

#endif
