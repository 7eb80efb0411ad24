/* assets: the style sheet, the script and the pictures of the page, compiled into the program (see
 * web/CMakeLists.txt). While developing they can be served from a folder instead; only names that
 * are compiled in are ever looked up there. */
#ifndef POSTWACHT_ASSETS_H
#define POSTWACHT_ASSETS_H

#include <stddef.h>

struct asset {
    const char *name, *sha256; /* lower-case hex */
    const unsigned char *begin, *end;
};

const struct asset *asset_find(const char *name); /* NULL when there is none */
const char *asset_type(const char *name);         /* Content-Type by the ending */

#endif
