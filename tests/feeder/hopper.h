/* hopper: the folder that the paper lies in. The next sheet is the first front by name. */
#ifndef FEEDER_HOPPER_H
#define FEEDER_HOPPER_H

#include "feeder.h"

enum feeder_side { FEEDER_FRONT, FEEDER_BACK, FEEDER_SIDES };
struct feeder_sheet {
    int number;                                           /* first number in the name, 0 without */
    char front[FEEDER_PATH_SIZE], back[FEEDER_PATH_SIZE]; /* paths; back may be "" */
};
bool hopper_next(const char *hopper, struct feeder_sheet *ret);      /* false: empty */
void hopper_consume(const char *hopper, struct feeder_sheet *sheet); /* paths then lead into fed/ */
void hopper_discard(const char *hopper);
bool hopper_present(const char *hopper);

#endif
