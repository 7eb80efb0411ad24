/* master: the archival PNG of a raw side, made in the background and proven before the raw goes. */
#ifndef POSTWACHT_MASTER_H
#define POSTWACHT_MASTER_H

#include "schemas/base/hash.h"
#include <stdbool.h>

struct err;

/* Decodes raw_path at its own depth, writes png_path (temp, fsync, rename), decodes that again and
 * compares the pixel hashes; on any difference the PNG is removed and the call fails. A JPEG raw is
 * not converted: the call fails with err "keep the device's own file"; callers keep it as the
 * master. */
bool master_write(const char *raw_path, const char *png_path, char ret_sha256_file[SHA256_HEX_SIZE],
                  char ret_sha256_pixels[SHA256_HEX_SIZE], struct err *err);

#endif
