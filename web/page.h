/* page: the one include of a page. A page lives in web/pages/NAME.c, has a row in pages.def and
 * gives void page_NAME(const struct request *request, struct response *ret); which finds *ret
 * initialised (200, HTML, no-store). request->reg is a handle for reading when the row says
 * REGISTER. Everything written goes through web/html.h. */
#ifndef POSTWACHT_PAGE_H
#define POSTWACHT_PAGE_H

#include "schemas/base/err.h"
#include "web/assets.h"
#include "web/findings.h"
#include "web/html.h"
#include "web/http/events.h"
#include "web/http/response.h"
#include "web/layout.h"
#include "web/parts.h"

#define PAGE(name, method, pattern, needs, body_max)                                               \
    void page_##name(const struct request *request, struct response *ret);
#include "web/pages/pages.def"
#undef PAGE

#endif
