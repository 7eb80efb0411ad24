#include "classifier/check.h"

#include <stdio.h>
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

bool print_comparable(const struct sheet_view *view, int element_index, struct check_value *ret)
{
    ret->outcome = OUTCOME_UNMEASURABLE;
    if (view->located[element_index].state != ELEMENT_FOUND)
        return false;
    if (!view->print[element_index].same_dpi)
        snprintf(ret->note, sizeof ret->note, "scanned at a lower resolution than the enrolment");
    return view->print[element_index].same_dpi;
}

bool edges_comparable(const struct sheet_view *view, int element_index, struct check_value *ret)
{
    if (!print_comparable(view, element_index, ret))
        return false;
    const struct edges *edges = &view->edges[element_index];
    bool enough = edges->n >= EDGES_MIN && edges->n_cells >= EDGES_CELLS_MIN;
    if (!enough)
        snprintf(ret->note, sizeof ret->note, "too few clear edges (%d)", edges->n);
    return enough;
}

bool solids_comparable(const struct sheet_view *view, int element_index, struct check_value *ret)
{
    if (!print_comparable(view, element_index, ret))
        return false;
    int n = view->solids[element_index].n;
    if (n < SOLIDS_MIN)
        snprintf(ret->note, sizeof ret->note, "too little solid print (%d pixels)", n);
    return n >= SOLIDS_MIN;
}

bool screens_comparable(const struct sheet_view *view, int element_index, struct check_value *ret)
{
    if (!print_comparable(view, element_index, ret))
        return false;
    const struct screens *screens = &view->screens[element_index];
    bool fine = view->print[element_index].dpi >= SCREENS_DPI_MIN;
    bool enough = screens_show(screens);
    if (!fine)
        snprintf(ret->note, sizeof ret->note, "needs a scan and an enrolment at 600 dpi");
    else if (!enough)
        snprintf(ret->note, sizeof ret->note, "too little solid print (%.1f mm2)",
                 screens->area_mm2);
    return fine && enough;
}

double texture_at_least(const struct sheet_view *view, double texture)
{
    return view->contrast > 0 && view->contrast < 1 ? texture * view->contrast : texture;
}
