/* environment: what a process must have around it before any library starts, and where the files
 * that come with the program lie. */
#ifndef POSTWACHT_ENVIRONMENT_H
#define POSTWACHT_ENVIRONMENT_H

#include "schemas/base/file.h"

/* Makes sure that OMP_THREAD_LIMIT=1 stands in the environment, executing the program again when it
 * does not: libgomp reads it while it is loaded. Tesseract's OpenMP threads make OCR of small
 * regions 3 to 10 times slower, and the child of a fork of a process that has them hangs. Call it
 * first thing in main. */
void environment_pin(char **argv);

/* Folder of return_phrases.tsv and the like: $POSTWACHT_DATA, share/postwacht beside the program's
 * bin folder, schemas/data of the source tree that the program was built in, or
 * /usr/share/postwacht. */
bool environment_data_dir(char ret[PATH_SIZE], struct err *err);

/* Path of a program that lies beside this one. */
bool environment_sibling(const char *program, char ret[PATH_SIZE], struct err *err);

/* Tesseract's language packs: $TESSDATA_PREFIX or Debian's folder. */
const char *environment_tessdata(void);

/* NAME.template folders in dir, sorted, as full paths. An absent folder holds none. */
bool environment_templates(const char *dir, struct names *ret, struct err *err);

#endif
