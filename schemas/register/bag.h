/* bag: a BagIt 1.0 folder (RFC 8493) as a ZIP, built in memory. Deterministic: entries carry no
 * times and stand in the order in which they were added. For schemas/register only. */
#ifndef POSTWACHT_BAG_H
#define POSTWACHT_BAG_H

#include "schemas/base/buf.h"

#include <stdint.h>

struct bag;

bool bag_create(struct buf *zip, struct bag **ret, struct err *err); /* zip must outlive it */
/* path under data/ is payload, anything else a tag file. */
bool bag_add(struct bag *bag, const char *path, const void *bytes, size_t n, struct err *err);
/* Adds bagit.txt, bag-info.txt (these lines and the payload's size) and the manifests. */
bool bag_close(struct bag *bag, const char *info, struct err *err);
void bag_destroy(struct bag *bag); /* NULL is fine */

#endif
