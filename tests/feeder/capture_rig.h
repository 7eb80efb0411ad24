/* capture_rig: what tests of postwacht-capture share: its lines understood, its sheets checked
 * against the pictures that were fed. */
#ifndef FEEDER_CAPTURE_RIG_H
#define FEEDER_CAPTURE_RIG_H

#include "rig.h"

#include "daemon/capture/protocol.h"
#include "schemas/sheet_folder.h"

#define CAPTURE(...) ((const char *const[]){"--device", "feeder:a", __VA_ARGS__, NULL})
#define SHEETS_MAX 64

/* What the program said, counted. */
struct said {
    int sheets, halves, incidents, end_sheets;
    bool ended;
    enum capture_kind incident, end;
    char sheet[SHEETS_MAX][SHEET_ID_SIZE];
};
struct said understand(const struct rig_run *run);

/* A rig with device a and so many sheets in its hopper. */
void capture_setup(struct rig *rig, const char *conf, int sheets);

/* The pixel hash, computed from the picture that was fed, by the definition in schemas/sheet.h. */
void picture_hash(const struct picture *picture, char ret[SHA256_HEX_SIZE]);
/* The file itself, as another TIFF reader sees it. */
void check_tiff(const char *dir, const struct sheet_side *side, const struct picture *picture);
/* Reads the sheet and checks the hashes of its files. */
void read_sheet(const struct rig *rig, const char *id, struct sheet *ret, char dir[PATH_SIZE]);
/* The number that the sheet had in the hopper, found by the hash of its front; 0 for none. */
int number_of(const struct sheet *sheet, int sheets);

#endif
