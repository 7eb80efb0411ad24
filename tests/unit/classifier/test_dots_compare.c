/* Two sheets' tracking dots: one machine or two. Drawn, scanned another way up, found, compared;
 * and marks written by hand where a single site matters. */
#include "tests/unit/test_support.h"

#include "classifier/dots_compare.h"
#include "classifier/tracking_dots.h"
#include "tests/unit/classifier/draw_dots.h"

/* A layout that nobody has described: 24 dots a period. */
static struct drawn_code unknown_code(uint64_t seed)
{
    struct drawn_code code = {"", {0.87, 0.69}, 14, 11, 5, {{0}}, "", "", "", ""};
    for (int i = 0; i < 24; i++)
        code.bit[drawn_int(&seed, 11)][drawn_int(&seed, 14)] = 1;
    return code;
}

static struct dots_mark mark_of(const struct drawn_code *code, int quarters, bool mirrored,
                                uint64_t seed)
{
    static const double paper[3] = {243, 242, 238};
    const struct drawn_sheet sheet = {.dpi = 300,
                                      .w_mm = 84,
                                      .h_mm = 80,
                                      .depth = 30,
                                      .skew_deg = (double)(seed % 3) - 1,
                                      .jitter_mm = 0.01,
                                      .missing = 0.03,
                                      .quarters = quarters,
                                      .mirrored = mirrored,
                                      .seed = seed};
    struct image image = draw_sheet(&sheet, code);
    const int box[4] = {0, 0, image.width, image.height};
    struct dot_field field;
    struct tracking_dots dots;
    struct dots_mark mark;
    struct err err;
    assert_ok(dots_find(&image, box, paper, &field, &err), &err);
    assert_ok(tracking_dots_in(&field, 0, true, &dots, &err), &err);
    tracking_dots_mark(&dots, &mark);
    assert_ok(dots_cells_check(&mark.cells, &err), &err);
    dot_field_finish(&field);
    image_finish(&image);
    return mark;
}

static struct dots_compared compared(const struct dots_mark *a, const struct dots_mark *b)
{
    struct dots_compared one, other;
    dots_compare(a, b, true, &one);
    dots_compare(b, a, true, &other);
    assert_int_equal(one.relation, other.relation); /* whichever comes first */
    assert_int_equal(one.different, other.different);
    return one;
}

static void an_unread_code_is_known_again(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct drawn_code code = unknown_code(seed), other = unknown_code(seed + 40);
        struct dots_mark first = mark_of(&code, 0, false, 10 * seed);
        assert_string_equal(first.pattern, "");
        for (int quarters = 0; quarters < 4; quarters++) {
            struct dots_mark again =
                mark_of(&code, quarters, quarters == 1, 10 * seed + 1 + (uint64_t)quarters);
            struct dots_compared same = compared(&first, &again);
            assert_int_equal(same.relation, DOTS_SAME_MACHINE);
            assert_int_equal(same.different, 0);
            assert_true(same.both >= 15 && same.chance < -10);
        }
        struct dots_mark stranger = mark_of(&other, 2, false, 10 * seed + 7);
        assert_int_equal(compared(&first, &stranger).relation, DOTS_SAME_LAYOUT);
    }
}

static void what_is_read_decides(void **state)
{
    (void)state;
    struct drawn_code code = draw_p4(3), later = draw_p2(4), third = draw_p2(5);
    struct dots_mark morning = mark_of(&code, 0, false, 1), evening = morning, neighbour = morning,
                     hp = mark_of(&later, 0, false, 2), hp_turned = mark_of(&later, 2, false, 3),
                     hp_other = mark_of(&third, 0, false, 4);
    assert_string_equal(morning.pattern, "P4");
    strcpy(evening.code, "another minute");
    neighbour.serial[0] = neighbour.serial[0] == '1' ? '2' : '1';
    assert_int_equal(compared(&morning, &evening).relation, DOTS_SAME_MACHINE);
    assert_int_equal(compared(&morning, &neighbour).relation, DOTS_SAME_LAYOUT);
    assert_int_equal(compared(&morning, &hp).relation, DOTS_OTHER_LAYOUT);
    assert_int_equal(compared(&hp, &hp_turned).relation, DOTS_SAME_MACHINE);
    assert_int_equal(compared(&hp, &hp_other).relation, DOTS_SAME_LAYOUT);
    hp_turned.pattern[0] = hp_other.pattern[0] = '\0'; /* found, but not read: the sites tell */
    assert_int_equal(compared(&hp, &hp_turned).relation, DOTS_SAME_MACHINE);
    assert_int_equal(compared(&hp, &hp_other).relation, DOTS_SAME_LAYOUT);
}

/* 12 by 12 sites, an eighth of them with a dot, alike in no two directions. */
static struct dots_mark plain_mark(void)
{
    struct dots_mark mark = {.cells = {.pitch_mm = {0.8, 0.8}, .w = 12, .h = 12, .s = 3}};
    for (int i = 0; i < 144; i++)
        mark.cells.site[i] = i * i % 7 == 1 && i % 5 ? DOTS_SITE_DOT : DOTS_SITE_EMPTY;
    return mark;
}

static void flip(struct dots_mark *mark, int site)
{
    char *at = &mark->cells.site[site];
    *at = *at == DOTS_SITE_DOT ? DOTS_SITE_EMPTY : DOTS_SITE_DOT;
}

static void one_site_is_a_slip_and_two_are_a_code(void **state)
{
    (void)state;
    struct dots_mark a = plain_mark(), b = a;
    assert_int_equal(compared(&a, &b).relation, DOTS_SAME_MACHINE);
    flip(&b, 20);
    assert_int_equal(compared(&a, &b).relation, DOTS_SAME_MACHINE);
    flip(&b, 71);
    struct dots_compared two = compared(&a, &b);
    assert_int_equal(two.relation, DOTS_SAME_LAYOUT);
    assert_int_equal(two.different, 2);
}

static void what_is_not_clear_decides_nothing(void **state)
{
    (void)state;
    struct dots_mark a = plain_mark(), b = a, few = a, none = {.pattern = ""};
    for (int i = 0; i < 144; i += 5) /* a fifth */
        b.cells.site[i] = DOTS_SITE_UNCLEAR;
    assert_int_equal(compared(&a, &b).relation, DOTS_UNTOLD);
    for (int i = 0, left = 2; i < 144; i++) /* two dots agree anywhere */
        if (few.cells.site[i] == DOTS_SITE_DOT && left-- <= 0)
            few.cells.site[i] = DOTS_SITE_EMPTY;
    assert_int_equal(compared(&few, &few).relation, DOTS_UNTOLD);
    assert_int_equal(compared(&a, &none).relation, DOTS_UNTOLD);
}

static void lattices_must_fit(void **state)
{
    (void)state;
    struct dots_mark a = plain_mark(), half = a, strange = a, copied = a;
    struct dots_compared unscaled;
    half.cells.pitch_mm[0] = half.cells.pitch_mm[1] = 0.4; /* a harmonic may have been taken */
    assert_int_equal(compared(&a, &half).relation, DOTS_UNTOLD);
    strange.cells.pitch_mm[0] = strange.cells.pitch_mm[1] = 0.8 * 0.88;
    assert_int_equal(compared(&a, &strange).relation, DOTS_OTHER_LAYOUT);
    dots_compare(&a, &strange, false, &unscaled);
    assert_int_equal(unscaled.relation, DOTS_SAME_MACHINE);
    copied.cells.s = 4;
    assert_int_equal(compared(&a, &copied).relation, DOTS_UNTOLD);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    struct err err;
    struct dots_cells good = plain_mark().cells, bad = good;
    assert_ok(dots_cells_check(&good, &err), &err);
    bad.h = 13;
    assert_false(dots_cells_check(&bad, &err));
    bad = good;
    bad.s = 12;
    assert_false(dots_cells_check(&bad, &err));
    bad = good;
    bad.site[5] = '!';
    assert_false(dots_cells_check(&bad, &err));
    bad = good;
    bad.pitch_mm[1] = 0;
    assert_false(dots_cells_check(&bad, &err));
    bad = good;
    bad.w = -12;
    bad.h = -12;
    assert_false(dots_cells_check(&bad, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unread_code_is_known_again),
        cmocka_unit_test(what_is_read_decides),
        cmocka_unit_test(one_site_is_a_slip_and_two_are_a_code),
        cmocka_unit_test(what_is_not_clear_decides_nothing),
        cmocka_unit_test(lattices_must_fit),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
