/* enrol_blocks: what stands on a sample, in blocks, and how another sample agrees with it. Pages
 * are ink strength at SIDE_REDUCED_DPI, as fed. */
#ifndef POSTWACHT_ENROL_BLOCKS_H
#define POSTWACHT_ENROL_BLOCKS_H

#include "imaging/opencv_c/opencv_c.h"
#include "imaging/side.h"

#define PAGE_BLOCKS_MAX 24

struct page_blocks {
    const struct image *page; /* borrowed */
    int n;
    struct cv_component block[PAGE_BLOCKS_MAX]; /* px of page; area: its ink */
};

bool blocks_find(const struct image *page, struct page_blocks *ret, struct err *err);

struct block_vote {
    double score;       /* 0 nothing agrees; 0.5 a block of some size is the same on both */
    double best;        /* correlation of the block of some size that agrees most */
    double shift_mm[2]; /* at which the blocks that agree do so */
    bool agrees[PAGE_BLOCKS_MAX];
};

/* How the blocks agree with the page turned clockwise by `turn`. */
bool blocks_vote(const struct page_blocks *blocks, const struct image *page, int turn,
                 struct block_vote *ret, struct err *err);

/* Shifts *to_page (blocks' page mm -> page mm) to where the blocks that agree lie, to a tenth of a
 * pixel. */
bool blocks_refine(const struct page_blocks *blocks, const struct image *page,
                   struct affine *to_page, struct err *err);

#endif
