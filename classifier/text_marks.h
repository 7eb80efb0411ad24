/* text_marks: everything on a side that has the size of a letter; inside of text_blocks. */
#ifndef POSTWACHT_TEXT_MARKS_H
#define POSTWACHT_TEXT_MARKS_H

#include "classifier/text_blocks.h"

struct mark {
    double box_mm[4];
    int first_point, n_points;
    bool coloured;
};

struct text_marks {
    struct mark *mark;
    int n;
    float (*point)[2]; /* mm, grouped by mark */
    int n_points;
};

#endif
