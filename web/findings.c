#include "web/findings.h"

#include "schemas/base/file.h"

#include <math.h>
#include <string.h>

int findings_collect(const struct screening *screening, struct finding ret[SCREENING_REASONS_MAX])
{
    int n =
        screening->n_reasons < SCREENING_REASONS_MAX ? screening->n_reasons : SCREENING_REASONS_MAX;
    for (int i = 0; i < n; i++) {
        struct finding finding = {.number = i + 1, .reason = screening->reason[i]};
        for (int r = 0; r < screening->n_readings; r++) {
            const struct reading *reading = &screening->reading[r];
            if (strcmp(reading->reason, finding.reason) != 0)
                continue;
            finding.against = finding.against || reading->points == POINTS_IMITATION;
            if (!finding.pictured && (reading->crop_seen[0] || reading->crop_expected[0]))
                finding.pictured = reading;
            if (finding.n_readings < FINDING_READINGS_MAX)
                finding.reading[finding.n_readings++] = reading;
        }
        ret[i] = finding;
    }
    return n;
}

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

/* Cuts the box to the page; false when nothing of it is left or a number is not finite. */
static bool clamp_box(const double box[4], const double size[2], double ret[4])
{
    for (int i = 0; i < 4; i++)
        if (!isfinite(box[i]))
            return false;
    double right = clamp(box[0] + box[2], 0, size[0]), bottom = clamp(box[1] + box[3], 0, size[1]);
    ret[0] = clamp(box[0], 0, size[0]);
    ret[1] = clamp(box[1], 0, size[1]);
    ret[2] = right - ret[0];
    ret[3] = bottom - ret[1];
    return ret[2] > 0 && ret[3] > 0;
}

static bool same_box(const double a[4], const double b[4])
{
    const double near_mm = 0.5; /* boxes of one element by two checks differ by rounding only */
    for (int i = 0; i < 4; i++)
        if (fabs(a[i] - b[i]) > near_mm)
            return false;
    return true;
}

/* The first free place for the disc: the box's corner, then to the right, one disc further each
 * time. */
static void place_label(struct marker *marker, const struct marker *before, int n, double disc,
                        const double size[2])
{
    double x = clamp(marker->box_mm[0], disc, size[0] - disc);
    double y = clamp(marker->box_mm[1], disc, size[1] - disc);
    for (int i = 0; i < n; i++) {
        if (hypot(before[i].label_mm[0] - x, before[i].label_mm[1] - y) >= 2 * disc)
            continue;
        x += 2.2 * disc; /* a gap of a tenth of the disc */
        i = -1;          /* look at all of them again */
        if (x > size[0] - disc) {
            x = clamp(marker->box_mm[0], disc, size[0] - disc);
            y += 2.2 * disc;
        }
        if (y > size[1] - disc)
            break;
    }
    marker->label_mm[0] = x;
    marker->label_mm[1] = clamp(y, disc, size[1] - disc);
}

int findings_markers(const struct screening *screening, const struct finding *finding, int n,
                     enum side_name side, double disc_mm, struct marker ret[MARKERS_MAX])
{
    const double *size = screening->size_mm;
    int markers = 0;
    for (int f = 0; f < n; f++) {
        int first_of_finding = markers;
        for (int r = 0; r < finding[f].n_readings && markers < MARKERS_MAX; r++) {
            const struct reading *reading = finding[f].reading[r];
            struct marker marker = {.number = finding[f].number, .against = finding[f].against};
            if (reading->side != side || !reading->has_box ||
                !clamp_box(reading->box_mm, size, marker.box_mm))
                continue;
            bool drawn = false;
            for (int m = first_of_finding; m < markers; m++)
                drawn = drawn || same_box(ret[m].box_mm, marker.box_mm);
            if (drawn)
                continue;
            place_label(&marker, ret, markers, disc_mm, size);
            ret[markers++] = marker;
        }
    }
    return markers;
}

/* Whether it is the first reading of a pair. */
static bool begins_pair(const struct screening *screening, int index)
{
    const struct reading *reading = &screening->reading[index];
    if (reading->crop_shows == CROP_ELEMENT || !reading->crop_seen[0])
        return false;
    for (int i = 0; i < index; i++)
        if (screening->reading[i].crop_shows != CROP_ELEMENT &&
            strcmp(screening->reading[i].crop_seen, reading->crop_seen) == 0)
            return false;
    return true;
}

int print_pair_number(const struct screening *screening, const struct reading *reading)
{
    int pairs = 0;
    if (reading->crop_shows == CROP_ELEMENT)
        return 0;
    for (int i = 0; i < screening->n_readings; i++)
        if (begins_pair(screening, i)) {
            pairs++;
            if (strcmp(screening->reading[i].crop_seen, reading->crop_seen) == 0)
                return pairs;
        }
    return 0;
}

const struct reading *print_pair(const struct screening *screening, int number)
{
    for (int i = 0; i < screening->n_readings; i++)
        if (begins_pair(screening, i) && --number == 0)
            return &screening->reading[i];
    return NULL;
}

enum side_name side_shown(const struct screening *screening, int back)
{
    return (back != 0) != screening->sides_swapped ? SIDE_BACK : SIDE_FRONT;
}

const struct reg_file *item_file(const struct reg_item *item, const char *name)
{
    if (!name[0])
        return NULL;
    for (int i = 0; i < item->n_files; i++)
        if (strcmp(path_base(item->file[i].name), path_base(name)) == 0)
            return &item->file[i];
    return NULL;
}

const struct reg_file *item_image(const struct reg_item *item, enum side_name side)
{
    const struct reg_file *master = item_file(item, item->screening.master[side].file);
    if (master || (int)side >= item->sheet.n_sides)
        return master;
    return item_file(item, item->sheet.side[side].file);
}
