/* What unit tests of several rooms need: cmocka, and a temp folder that goes when the test ends. */
#ifndef POSTWACHT_TEST_SUPPORT_H
#define POSTWACHT_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "schemas/base/err.h"
#include "schemas/base/file.h"

/* cmocka fixtures: *state is the folder's path. */
static inline int temp_setup(void **state)
{
    const char *base = getenv("TMPDIR");
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/postwacht-test-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(path))
        return -1;
    *state = strdup(path);
    return *state ? 0 : -1;
}

static inline int temp_teardown(void **state)
{
    bool ok = dir_remove(*state, NULL);
    free(*state);
    return ok ? 0 : -1;
}

/* Fails with the error's own words. */
#define assert_ok(call, err)                                                                       \
    do {                                                                                           \
        if (!(call))                                                                               \
            fail_msg("%s: %s", #call, (err)->text);                                                \
    } while (0)

#endif
