/* layout: the frame around every page: head, skip link, header with the wordmark and the ways
 * through the site, main, footer. */
#ifndef POSTWACHT_LAYOUT_H
#define POSTWACHT_LAYOUT_H

#include "web/html.h"
#include "web/http/request.h"

enum nav { NAV_NONE, NAV_LIST, NAV_PHRASES, NAV_ABOUT };

void layout_begin(struct html *h, const struct request *request, enum text_key title,
                  enum nav here);
/* The title followed by a number: "Item 12". */
void layout_begin_numbered(struct html *h, const struct request *request, enum text_key title,
                           int64_t number, enum nav here);
void layout_end(struct html *h, const struct request *request);

#endif
