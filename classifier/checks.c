#include "classifier/check.h"

#include <string.h>

const struct check *const checks[] = {
#define CHECK(name) &check_##name,
#include "classifier/checks.def"
#undef CHECK
};
const int n_checks = sizeof checks / sizeof *checks;

const struct check *check_find(const char *name)
{
    for (int i = 0; i < n_checks; i++)
        if (strcmp(checks[i]->name, name) == 0)
            return checks[i];
    return NULL;
}
