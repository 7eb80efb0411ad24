/* What pieces of a notice are read again, and how. */
#include "classifier/return_join.h"
#include "tests/unit/test_support.h"

/* A reading of a region at x, y, turned by angle; its text as phrases_match takes it. */
static struct return_reading piece(enum region_kind kind, const double centre[2], double w,
                                   double h, double angle, const char *plain, float confidence)
{
    struct return_reading ret = {.confidence = confidence};
    ret.region.kind = kind;
    ret.region.side = SIDE_FRONT;
    memcpy(ret.region.centre_mm, centre, sizeof ret.region.centre_mm);
    ret.region.size_mm[0] = w;
    ret.region.size_mm[1] = h;
    ret.region.angle_deg = angle;
    snprintf(ret.plain, sizeof ret.plain, "%s", plain);
    return ret;
}

/* A stamp's frame came out as a region that runs the wrong way and holds an address as well; two of
 * its words were read by their colour. */
static void a_stamp_is_read_along_its_words(void **state)
{
    (void)state;
    const double frame[2] = {47, 110}, word[2] = {52, 118}, short_word[2] = {51, 91},
                 elsewhere[2] = {8, 41};
    struct return_reading reading[] = {
        piece(REGION_LABEL, frame, 58, 19, -1.5, " ER ZZ OO II UU MM DEN ", 49),
        piece(REGION_STAMP, elsewhere, 60, 8, 4, " WARMTE ZONDER OMWEG ", 90),
        piece(REGION_STAMP, short_word, 15, 6, 88, " RE ", 80),
        piece(REGION_STAMP, word, 29, 6, 89, " TO SENDER ", 96),
    };
    const struct sheet_texts texts = {.reading = reading, .n = 4};
    struct return_region region;
    bool member[4];
    assert_true(return_join_overprint(&texts, &region, member));
    assert_true(member[0] && !member[1] && !member[2] && !member[3]);
    assert_int_equal(region.kind, REGION_STAMP);
    assert_true(region.angle_deg == 89 && region.size_mm[0] == 19 && region.size_mm[1] == 58);

    reading[0].confidence = 80; /* it was read */
    assert_false(return_join_overprint(&texts, &region, member));
    reading[0].confidence = 49;
    reading[3].confidence = 40; /* no word */
    assert_false(return_join_overprint(&texts, &region, member));
    reading[3].confidence = 96;
    reading[1].evidence = RETURN_CLAIM; /* a notice was read */
    assert_false(return_join_overprint(&texts, &region, member));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stamp_is_read_along_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
