/* batch: one batch from one source into the spool; the exit status of the program. */
#ifndef POSTWACHT_CAPTURE_BATCH_H
#define POSTWACHT_CAPTURE_BATCH_H

#include "daemon/capture/source.h"

int batch_run(const struct capture_request *request, const struct capture_source *source,
              struct guard *guard, int report_fd);

#endif
