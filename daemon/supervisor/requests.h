/* requests: the door between the server's threads and the loop. Threads put a request and wait for
 * its answer; the loop sees an eventfd. The status that the page shows is a copy kept here. All
 * functions but requests_take and requests_publish may be called from any thread. */
#ifndef POSTWACHT_REQUESTS_H
#define POSTWACHT_REQUESTS_H

#include "web/web.h"

struct requests;

enum request_kind { REQUEST_START_BATCH, REQUEST_STOP_BATCH };

/* The loop's answer to one request. */
typedef bool request_answer(void *ctx, enum request_kind kind, struct err *err);

/* phrases_file: the office's own wording of returns. */
bool requests_create(const char *phrases_file, struct requests **ret, struct err *err);
void requests_destroy(struct requests *requests); /* after the server has stopped */

struct web_host requests_host(struct requests *requests);

/* For the loop: readable when something waits; answer is called for each. */
int requests_fd(const struct requests *requests);
void requests_take(struct requests *requests, request_answer *answer, void *ctx);
void requests_publish(struct requests *requests, const struct web_status *status);
/* From now on every request is refused; call it before stopping the server, whose threads may wait.
 */
void requests_close(struct requests *requests);

#endif
