/* model: a template in memory, with its pictures at the sizes that matching needs. Made once, then
 * only read. */
#ifndef POSTWACHT_MODEL_H
#define POSTWACHT_MODEL_H

#include "imaging/opencv_c/opencv_c.h"
#include "schemas/template.h"

#define COARSE_DPI 75.0 /* finding: 0.34 mm a pixel, letters still have shape */
#define FINE_DPI 300.0  /* comparing: 0.085 mm a pixel */

#define ELEMENT_FRAGMENTS_MAX 96 /* of 4.5 mm: an element of 60 x 32 mm */

struct fragment { /* of an element's box, px at FINE_DPI */
    int x, y, w, h;
};

struct element_model {
    const struct template_element *data;
    struct image picture;   /* RGB at data->dpi */
    struct image mask;      /* grey at data->dpi: 255 printed */
    struct image sample;    /* likewise RGB: one genuine sample as scanned, to be shown; or empty */
    struct image coarse;    /* strength at COARSE_DPI */
    struct image fine;      /* strength at FINE_DPI */
    struct image fine_rgb;  /* RGB at FINE_DPI */
    struct image fine_mask; /* printed, at FINE_DPI */
    double paper_rgb[3];    /* paper between the print, as the picture shows it */
    bool vague[2];          /* much the same when shifted across (down): a rule, a band */
    double contrast;        /* typical strength of its ink, levels */
    int n_fragments;        /* small parts that are recognised by themselves (fragments.h) */
    struct fragment fragment[ELEMENT_FRAGMENTS_MAX];
};

struct model {
    struct template_data data;
    struct element_model element[TEMPLATE_ELEMENTS_MAX];
    struct element_model mark[TEMPLATE_MARKS_MAX]; /* data is &data.mark[i].print */
    struct cv_features features[SIDE_COUNT]; /* ORB of each side's elements at SIDE_REDUCED_DPI */
};

bool model_load(const char *dir, struct model **ret, struct err *err);
void model_destroy(struct model *model);
/* ORB features of both sides from the elements as they are; part of model_load. */
bool model_features(struct model *model, struct err *err);
bool model_has_side(const struct model *model, enum side_name side);

/* Fills the derived pictures of one element from picture, mask and data (enrolment uses this as
 * well). On false nothing needs to be freed but picture and mask. */
bool element_model_derive(struct element_model *element, struct err *err);
void element_model_finish(struct element_model *element);

#endif
