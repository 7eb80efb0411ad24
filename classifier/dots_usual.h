/* dots_usual: the tracking dots that genuine envelopes carry, learnt by enrolment and from every
 * envelope that is added later, and what a sheet's dots are beside them. They decide no verdict. */
#ifndef POSTWACHT_DOTS_USUAL_H
#define POSTWACHT_DOTS_USUAL_H

#include "schemas/screening.h"
#include "schemas/template.h"

/* One more genuine envelope on which dots would have been seen; its mark is empty when it has none.
 */
void dots_usual_learn(struct template_data *data, const struct dots_mark *mark);
/* The same from its screening; nothing when dots were not testable. */
void dots_usual_learn_screening(struct template_data *data, const struct screening *screening);

/* Fills screening->dots.genuine; leaves it unknown when enrolment did not look. */
void dots_usual_state(const struct template_data *data, struct screening *screening);

#endif
