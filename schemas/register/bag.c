#include "schemas/register/bag.h"

#include "schemas/base/err.h"
#include "schemas/base/hash.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MODE 0644
#define SCRIPT_MODE 0755

struct bag {
    struct archive *zip;
    struct buf *out;
    struct buf manifest, tags;
    long long payload_bytes, payload_files;
};

static la_ssize_t write_out(struct archive *zip, void *ctx, const void *bytes, size_t n)
{
    struct buf *out = ctx;
    buf_append(out, bytes, n);
    if (out->failed) {
        archive_set_error(zip, -1, "out of memory");
        return -1;
    }
    return (la_ssize_t)n;
}

bool bag_create(struct buf *zip, struct bag **ret, struct err *err)
{
    struct bag *bag = calloc(1, sizeof *bag);
    if (!bag)
        return err_set(err, "out of memory");
    bag->out = zip;
    bag->zip = archive_write_new();
    /* Stored, not deflated: images do not get smaller, and the bytes stay the same with any zlib.
     */
    bool ok = bag->zip && archive_write_set_format_zip(bag->zip) == ARCHIVE_OK &&
              archive_write_zip_set_compression_store(bag->zip) == ARCHIVE_OK &&
              archive_write_set_bytes_in_last_block(bag->zip, 1) == ARCHIVE_OK &&
              archive_write_open(bag->zip, zip, NULL, write_out, NULL) == ARCHIVE_OK;
    if (ok) {
        *ret = bag;
        return true;
    }
    err_set(err, "cannot start a ZIP: %s", bag->zip ? archive_error_string(bag->zip) : "memory");
    bag_destroy(bag);
    return false;
}

static bool write_member(struct bag *bag, const char *path, const void *bytes, size_t n,
                         struct err *err)
{
    struct archive_entry *entry = archive_entry_new();
    size_t len = strlen(path);
    bool script = len > 3 && strcmp(path + len - 3, ".sh") == 0;
    bool ok = entry != NULL;
    if (ok) {
        archive_entry_set_pathname(entry, path);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, script ? SCRIPT_MODE : FILE_MODE);
        archive_entry_set_size(entry, (la_int64_t)n);
        /* No time is set: the ZIP then says 1980 everywhere, whatever the zone. */
        ok = archive_write_header(bag->zip, entry) == ARCHIVE_OK &&
             (n == 0 || archive_write_data(bag->zip, bytes, n) == (la_ssize_t)n) &&
             archive_write_finish_entry(bag->zip) == ARCHIVE_OK;
    }
    if (!ok)
        err_set(err, "cannot add %s to the ZIP: %s", path,
                entry ? archive_error_string(bag->zip) : "out of memory");
    archive_entry_free(entry);
    return ok;
}

bool bag_add(struct bag *bag, const char *path, const void *bytes, size_t n, struct err *err)
{
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    bool payload = strncmp(path, "data/", 5) == 0;
    sha256_bytes(bytes, n, digest);
    hex_encode(digest, sizeof digest, hex);
    buf_printf(payload ? &bag->manifest : &bag->tags, "%s  %s\n", hex, path);
    if (payload) {
        bag->payload_bytes += (long long)n;
        bag->payload_files++;
    }
    return write_member(bag, path, bytes, n, err);
}

bool bag_close(struct bag *bag, const char *info, struct err *err)
{
    static const char bagit[] = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
    struct buf lines = {0};
    buf_puts(&lines, info);
    buf_printf(&lines, "Payload-Oxum: %lld.%lld\n", bag->payload_bytes, bag->payload_files);
    bool ok = buf_ok(&lines, err) && buf_ok(&bag->manifest, err) &&
              bag_add(bag, "bagit.txt", bagit, sizeof bagit - 1, err) &&
              bag_add(bag, "bag-info.txt", lines.data, lines.len, err) &&
              bag_add(bag, "manifest-sha256.txt", bag->manifest.data, bag->manifest.len, err) &&
              buf_ok(&bag->tags, err) &&
              write_member(bag, "tagmanifest-sha256.txt", bag->tags.data, bag->tags.len, err);
    buf_finish(&lines);
    if (ok && archive_write_close(bag->zip) != ARCHIVE_OK)
        ok = err_set(err, "cannot finish the ZIP: %s", archive_error_string(bag->zip));
    return ok && buf_ok(bag->out, err);
}

void bag_destroy(struct bag *bag)
{
    if (!bag)
        return;
    archive_write_free(bag->zip);
    buf_finish(&bag->manifest);
    buf_finish(&bag->tags);
    free(bag);
}
