/* rig: a virtual scanner set up in a temp folder, for tests that drive programs against it through
 * stock libsane. Owns the folder with everything in it. */
#ifndef FEEDER_RIG_H
#define FEEDER_RIG_H

#include "tests/unit/test_support.h"

#include <stdint.h>

struct rig {
    char dir[PATH_SIZE];    /* temp */
    char conf[PATH_SIZE];   /* SANE_CONFIG_DIR */
    char hopper[PATH_SIZE]; /* of the device feeder:a */
    char spool[PATH_SIZE];
};

/* A picture of noise that follows from its seed, so that a test can say what each sample must be.
 */
struct picture {
    int width, height, channels, depth, dpi;
    uint32_t seed;
};
uint16_t picture_sample(const struct picture *picture, int x, int y, int channel);

/* dll.conf with the backend's name, feeder.conf with device a and conf_lines for it. */
int rig_setup(struct rig *rig, const char *backend, const char *conf_lines);
void rig_teardown(struct rig *rig);

/* Writes an uncompressed TIFF; by extension .png writes that. dir may be a hopper or any folder. */
void picture_write(const struct picture *picture, const char *dir, const char *name);
/* Fronts have the seed 2n, backs 2n+1; n counts from 1. */
struct picture rig_side(int number, int side);
void rig_fill(const struct rig *rig, int sheets);
void rig_refill(
    const struct rig *rig); /* what was fed, back into the hopper; faults are forgotten */
void rig_faults(const struct rig *rig, const char *lines);

struct rig_run {
    int status; /* exit status, or minus the signal */
    double seconds;
    char out[32768];
};
/* Runs the program with the rig's environment; kill_ms >= 0 sends the signal so much later. After a
 * minute the run is killed and the test fails. */
void rig_exec(const struct rig *rig, const char *const argv[], int kill_ms, int signal_number,
              struct rig_run *ret);
/* postwacht-capture into the rig's spool with some small limits; extra ends in NULL. */
void rig_capture(const struct rig *rig, const char *const extra[], int kill_ms, int signal_number,
                 struct rig_run *ret);

/* Names in the spool that are safe names, or begin with the prefix. */
int rig_count(const struct rig *rig, const char *prefix);

#endif
