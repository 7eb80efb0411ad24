/* code_list: what the readers of codes.c find, each once; their own header. */
#ifndef POSTWACHT_CODE_LIST_H
#define POSTWACHT_CODE_LIST_H

#include "imaging/codes.h"

struct code_list {
    struct code_found *code;
    int n, max;
};

/* A picture cut from a page for reading codes in it. */
struct code_picture {
    struct image grey;     /* dpi_x set */
    struct affine to_page; /* mm in the picture -> page mm */
};

/* bytes of any value; box_px in the picture: x, y, w, h. What is there already, at the same place,
 * stays. */
void code_list_add(struct code_list *list, const struct code_picture *picture,
                   const char *symbology, const void *bytes, size_t n, enum code_check check,
                   const double box_px[4]);

/* Code 128 and ITF in a picture whose bars stand upright; whether any was found. */
bool code_bars_read(const struct code_picture *picture, struct code_list *list, bool *ret_found,
                    struct err *err);
bool code_qr_read(const struct code_picture *picture, struct code_list *list, struct err *err);
/* Data Matrix or QR at any angle; deadline_ms bounds the search. Quick: only what is found at once.
 */
bool code_matrix_read(const struct code_picture *picture, int deadline_ms, bool quick,
                      struct code_list *list, struct err *err);

/* Where on a page a texture of squares stands. */
struct matrix_place {
    double box_px[4];
    bool lined;    /* there are lines in it: most likely text */
    bool doubtful; /* its outline is no rectangle: a picture, or something stands close to it */
};

/* Those without lines first, then largest first; at most max. */
bool code_matrix_places(const struct image *grey, struct matrix_place *ret, int max, int *ret_n,
                        struct err *err);

#endif
