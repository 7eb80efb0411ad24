/* faults: what was asked to go wrong (HOPPER/faults), and what of it has happened already. */
#ifndef FEEDER_FAULTS_H
#define FEEDER_FAULTS_H

#include "hopper.h"

#include <sane/sane.h>

enum feeder_fault {
    FAULT_OPEN,
    FAULT_OPEN_HANG,
    FAULT_CLOSE_HANG,
    FAULT_START,
    FAULT_START_HANG,
    FAULT_READ,
    FAULT_HANG,
    FAULT_CRASH,
    FAULT_TRUNCATE,
    FAULT_STARVE,
    FAULT_VANISH,
    FAULT_GREY_TAIL,
    FAULT_LINES_UNKNOWN,
    FAULT_PADDING,
    FAULT_SLOW,
    FAULT_KINDS
};
struct fault {
    enum feeder_fault kind;
    int sheet;        /* 0 any */
    int side;         /* enum feeder_side, or FEEDER_SIDES for both */
    long long number; /* byte offset, padding, rate: by kind */
    SANE_Status status;
    bool deaf, double_feed, always;
    char line[160]; /* as written: the key in faults.fired */
};
#define FAULTS_MAX 64
struct faults {
    int n;
    struct fault fault[FAULTS_MAX];
};
void faults_read(const char *hopper, struct faults *ret);
/* First fault of that kind for this sheet and side, or NULL. */
const struct fault *faults_find(const struct faults *faults, enum feeder_fault kind, int sheet,
                                int side);
/* Takes it out of faults and, unless it happens always, writes it down in the hopper. */
void faults_fire(struct faults *faults, const struct fault *fault, const char *hopper);

#endif
