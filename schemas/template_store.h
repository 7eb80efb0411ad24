/* template_store: a template's folder over time. No version is ever lost: each change is built
 * beside the folder and takes its place in one step, and the version before is kept whole in
 *
 *   NAME.template/versions/<first 16 digits of its version>/
 *
 * where template_read and `--template` read it like any other. A kept version that is found damaged
 * is kept as it is. Pictures that versions share are hard links where the file system has them.
 * A crash at any point leaves the old folder or the new one; what it left half done is cleared by
 * the next change. One change at a time: a second one is refused while the first is at work. */
#ifndef POSTWACHT_TEMPLATE_STORE_H
#define POSTWACHT_TEMPLATE_STORE_H

#include "schemas/base/file.h"
#include "schemas/template.h"

#define TEMPLATE_VERSIONS_DIR "versions"
#define TEMPLATE_VERSION_DIGITS 16 /* 64 bits: enough to tell versions of one template apart */

struct template_work {
    char dir[PATH_SIZE];  /* NAME.template */
    char part[PATH_SIZE]; /* empty: put the pictures of the new version here */
    int lock;
};

/* dir need not exist yet. Read what shall be changed after this call, not before. */
bool template_begin(const char *dir, struct template_work *ret, struct err *err);

/* Makes data, with the pictures in work->part, the current version; fills created, change,
 * software, history and version. Pictures that are not in part are taken from the template folder
 * `pictures_from`. NULL there: everything was learnt anew, and only the marks that people added
 * are taken over from the version before. Ends the work, also when it fails. */
bool template_commit(struct template_work *work, const char *pictures_from,
                     struct template_data *data, const char *change, struct err *err);
void template_abandon(struct template_work *work);

/* The folder of a kept version, by at least 4 of the first digits of its name or all 64. */
bool template_version_dir(const char *dir, const char *digits, char ret[PATH_SIZE],
                          struct err *err);

/* Remembers a scan that was learnt from; false with the reason when it was before. `path` is the
 * file of its first side. When full, the oldest is forgotten. */
bool template_note_scan(struct template_data *data, const char *id, const char *path,
                        struct err *err);

#endif
