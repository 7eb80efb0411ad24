/* options: the command line of postwacht-simulate. */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include "tests/simulator/sets.h"

#define JOBS_MOST 64

struct options {
    struct set_options set;
    struct settings settings;
    int backing, jobs, only; /* backing -1: the scanner's own */
    bool list;
    unsigned long scanner;
};

extern const char options_help[];

/* False on a wrong usage; err may be empty where getopt has told. */
bool options_parse(int argc, char **argv, struct options *ret, bool *ret_help, struct err *err);

#endif
