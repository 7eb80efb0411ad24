#include "tests/simulator/truth.h"

#include "schemas/base/buf.h"

#include <stdio.h>
#include <string.h>

const char truth_header[] = "id\tfront\tback\tdpi\tkind\tfirm\tformat\tsize_"
                            "mm\treturned\tcountry\toperator\treason\ttechnology\t"
                            "deviations\tcovered\torientation\tswapped\tdots\tsticker\telements\tpr"
                            "inter\tused\tto_us\tfront_px\tback_px\n";

void truth_deviations(const struct plan *plan, char *ret, size_t size)
{
    const struct deviations *d = &plan->deviations;
    bool slogan = plan->firm.layout != LAYOUT_NO_SLOGAN; /* what never was cannot be missing */
    const struct {
        bool on;
        const char *name;
    } all[] = {
        {plan->kind == KIND_IMITATION, "print_differs"},
        {slogan && d->slogan_missing, "slogan_missing"},
        {d->logo_missing, "logo_missing"},
        {d->sender_missing, "sender_missing"},
        {d->logo_altered, "logo_altered"},
        {d->font_differs, "font_differs"},
        {d->text_differs, "sender_text_differs"},
        {slogan && d->slogan_moved, "slogan_moved"},
        {d->logo_moved, "logo_moved"},
        {d->sender_moved, "sender_moved"},
        {d->scaled, "scale_differs"},
        {d->colour_differs, "colour_differs"},
        {d->paper_differs, "paper_differs"},
    };
    *ret = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        size_t used = strlen(ret);
        if (all[i].on)
            snprintf(ret + used, size - used, "%s%s", used ? "," : "", all[i].name);
    }
}

static void put_box(struct buf *buf, struct box box)
{
    buf_printf(buf, "%.2f,%.2f,%.2f,%.2f", box.x, box.y, box.w, box.h);
}

static void put_affine(struct buf *buf, const struct affine *m)
{
    buf_printf(buf, "\t%.6f,%.6f,%.6f,%.6f,%.3f,%.3f", m->a, m->b, m->c, m->d, m->tx, m->ty);
}

void truth_line(struct buf *buf, const struct plan *plan, const struct truth *t)
{
    bool own = plan->kind != KIND_OTHER;
    buf_printf(buf, "%s\t%s\t%s\t%g\t%s\t%s\t%s\t%.2fx%.2f\t%d\t%s\t%s\t%s\t%s\t%s\t", plan->id,
               t->files[0], t->files[1], t->dpi, kind_names[plan->kind], own ? plan->firm.key : "",
               format_facts[plan->format].name, t->w_mm, t->h_mm, plan->returned, t->country,
               t->operator_, t->reason, plan->elements ? tech_names[plan->tech] : "",
               t->deviations);
    bool first = true;
    for (int i = 0; i < t->n_elements; i++)
        if (t->element[i].covered > 0) {
            buf_printf(buf, "%s%s:%.2f", first ? "" : ";", t->element[i].name,
                       t->element[i].covered);
            first = false;
        }
    buf_printf(buf, "\t%d\t%d\t%s\t", plan->feed.orientation, plan->swapped, t->dots);
    if (plan->returned) {
        buf_printf(buf, "%s@%s:", t->sticker_style,
                   t->sticker_side == ART_FRONT ? "front" : "back");
        put_box(buf, t->sticker_box);
        buf_printf(buf, ",%.1f", t->sticker_angle);
    }
    buf_putc(buf, '\t');
    for (int i = 0; i < t->n_elements; i++) {
        buf_printf(buf, "%s%s@%s:", i ? ";" : "", t->element[i].name,
                   t->element[i].side == ART_FRONT ? "front" : "back");
        put_box(buf, t->element[i].box);
    }
    buf_printf(buf, "\t%lu\t%d\t%d", plan->printer, plan->used, plan->to_us);
    put_affine(buf, &t->page_to_px[0]);
    put_affine(buf, &t->page_to_px[1]);
    buf_putc(buf, '\n');
}
