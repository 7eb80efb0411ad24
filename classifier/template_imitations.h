/* template_imitations: imitations that the firm printed itself (`postwacht imitate`), on printers
 * of its own, scanned on its own scanner. They teach the template what an imitation of this
 * envelope measures like here: the second model of the likelihood ratio. Nothing that the template
 * knows of genuine envelopes changes. */
#ifndef POSTWACHT_TEMPLATE_IMITATIONS_H
#define POSTWACHT_TEMPLATE_IMITATIONS_H

#include "classifier/enrol.h"
#include "schemas/screening.h"
#include "schemas/template.h"

struct imitation_answer {
    bool taken;
    bool looks_genuine; /* taken, but the program would have called it genuine */
    char why[512];      /* it was left out */
};

/* Each sheet's `group` names the printer it was printed on; technology is laser, inkjet or "".
 * Answers for all n sheets; a new version of dir when at least one was taken, else dir stays as it
 * is. */
bool template_learn_imitations(const char *dir, const struct enrol_sample *sheet, int n,
                               const char *technology, const char *data_dir,
                               struct imitation_answer *ret, struct template_data *ret_after,
                               struct err *err);

#endif
