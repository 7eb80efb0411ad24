#include "classifier/dots_usual.h"

#include "classifier/dots_compare.h"

#include <stdio.h>
#include <string.h>

static enum dots_relation relation_of(const struct dots_mark *a, const struct dots_mark *b)
{
    struct dots_compared compared;
    dots_compare(a, b, true, &compared);
    return compared.relation;
}

void dots_usual_learn(struct template_data *data, const struct dots_mark *mark)
{
    struct dots_learnt *learnt = &data->dots;
    data->has_dots = true;
    learnt->n_looked++;
    if (!mark->cells.site[0])
        return;
    learnt->n_found++;
    for (int i = 0; i < learnt->n_kinds; i++)
        if (relation_of(&learnt->kind[i].mark, mark) == DOTS_SAME_MACHINE) {
            learnt->kind[i].n_seen++;
            return;
        }
    if (learnt->n_kinds < DOTS_KINDS_MAX)
        learnt->kind[learnt->n_kinds++] = (struct dots_kind){.mark = *mark, .n_seen = 1};
}

void dots_usual_learn_screening(struct template_data *data, const struct screening *screening)
{
    struct dots_mark mark;
    const char *status = screening->dots.status;
    screening_dots_mark(screening, &mark);
    if (strcmp(status, "none") == 0 || mark.cells.site[0])
        dots_usual_learn(data, &mark);
}

void dots_usual_state(const struct template_data *data, struct screening *screening)
{
    /* by how much each says of where the dots come from */
    static const enum dots_relation weakest_first[] = {DOTS_OTHER_LAYOUT, DOTS_UNTOLD,
                                                       DOTS_SAME_LAYOUT, DOTS_SAME_MACHINE};
    const struct dots_learnt *learnt = &data->dots;
    int alike[sizeof weakest_first / sizeof *weakest_first] = {0};
    struct dots_mark mark;
    if (!data->has_dots || learnt->n_looked == 0)
        return;
    screening->dots.genuine.known = true;
    screening->dots.genuine.looked = learnt->n_looked;
    screening->dots.genuine.found = learnt->n_found;
    screening_dots_mark(screening, &mark);
    if (!mark.cells.site[0])
        return;
    const char *told = "none";
    for (int i = 0; i < learnt->n_kinds; i++)
        alike[relation_of(&learnt->kind[i].mark, &mark)] += learnt->kind[i].n_seen;
    for (size_t k = 0; k < sizeof weakest_first / sizeof *weakest_first; k++)
        if (alike[weakest_first[k]]) {
            told = dots_relation_names[weakest_first[k]];
            screening->dots.genuine.alike = alike[weakest_first[k]];
        }
    snprintf(screening->dots.genuine.relation, sizeof screening->dots.genuine.relation, "%s", told);
}
