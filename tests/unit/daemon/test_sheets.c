/* Which images on a command line make which sheets. */
#include "daemon/cli/sheets.h"
#include "schemas/base/err.h"
#include "schemas/base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct sheets from_images(const char *const *path)
{
    struct sheets sheets = {0};
    struct err err;
    for (; *path; path++)
        assert_true(sheets_add_image(&sheets, *path, &err));
    assert_true(sheets_end(&sheets, 0, &err));
    return sheets;
}

static void expect(const struct sheets *sheets, size_t i, const char *id, const char *front,
                   const char *back)
{
    assert_true(i < sheets->n);
    assert_string_equal(sheets->sheet[i].id, id);
    assert_string_equal(sheets->sheet[i].path[SIDE_FRONT], front);
    if (back)
        assert_string_equal(sheets->sheet[i].path[SIDE_BACK], back);
    else
        assert_null(sheets->sheet[i].path[SIDE_BACK]);
}

static void test_pairs_by_name(void **state)
{
    (void)state;
    const char *const images[] = {"d/a_back.png",  "d/a_front.png", "d/b.tif",
                                  "e/b_back.tif",  "d/b_back.jpg",  "lone_back.png",
                                  "c_front_2.png", "c_back_2.png",  NULL};
    struct sheets sheets = from_images(images);
    assert_int_equal(sheets.n, 5);
    expect(&sheets, 0, "a_front", "d/a_front.png", "d/a_back.png");
    expect(&sheets, 1, "b", "d/b.tif", "d/b_back.jpg");
    expect(&sheets, 2, "b_back", "e/b_back.tif", NULL);
    expect(&sheets, 3, "lone_back", "lone_back.png", NULL);
    expect(&sheets, 4, "c_front_2", "c_front_2.png", "c_back_2.png");
    sheets_finish(&sheets);
}

static void test_two_fronts_of_one_name(void **state)
{
    (void)state;
    const char *const images[] = {"x.png", "x.png", "x_back.png", "x_back.png", "x_back.png", NULL};
    struct sheets sheets = from_images(images);
    assert_int_equal(sheets.n, 3);
    expect(&sheets, 0, "x", "x.png", "x_back.png");
    expect(&sheets, 1, "x", "x.png", "x_back.png");
    expect(&sheets, 2, "x_back", "x_back.png", NULL);
    sheets_finish(&sheets);
}

static void test_odd_names(void **state)
{
    (void)state;
    const char *const images[] = {
        "_back", "dir_back/x.png", "a\nb\"c.png", "\xff\xfe.png", ".hidden", "", NULL};
    struct sheets sheets = from_images(images);
    assert_int_equal(sheets.n, 6);
    expect(&sheets, 0, "_back", "_back", NULL);
    expect(&sheets, 1, "x", "dir_back/x.png", NULL);
    expect(&sheets, 2, "a\nb\"c", "a\nb\"c.png", NULL);
    expect(&sheets, 3, "\xef\xbf\xbd\xef\xbf\xbd", "\xff\xfe.png", NULL);
    expect(&sheets, 4, ".hidden", ".hidden", NULL);
    sheets_finish(&sheets);
}

static void test_id_and_back_belong_to_the_next(void **state)
{
    (void)state;
    struct sheets sheets = {0};
    struct err err;
    assert_true(sheets_set_id(&sheets, "one", &err));
    assert_true(sheets_set_back(&sheets, "b.png", &err));
    assert_false(sheets_set_back(&sheets, "c.png", &err));
    assert_true(sheets_add_image(&sheets, "a.png", &err));
    assert_true(sheets_add_image(&sheets, "z.png", &err));
    assert_true(sheets_set_back(&sheets, "y.png", &err)); /* no image follows: the last one's */
    assert_true(sheets_end(&sheets, 300, &err));
    expect(&sheets, 0, "one", "a.png", "b.png");
    expect(&sheets, 1, "z", "z.png", "y.png");
    assert_true(sheets.sheet[0].dpi > 299 && sheets.sheet[0].dpi < 301);
    sheets_finish(&sheets);
    assert_true(sheets_set_back(&sheets, "b.png", &err));
    assert_false(sheets_end(&sheets, 0, &err));
    sheets_finish(&sheets);
}

static bool from_list(const char *text, struct sheets *ret, struct err *err)
{
    char dir[] = "/tmp/pw-sheets-XXXXXX", path[PATH_SIZE];
    assert_non_null(mkdtemp(dir));
    assert_true(path_join(path, dir, "list.tsv", NULL));
    assert_true(file_write_atomic(path, text, strlen(text), 0600, NULL));
    bool ok = sheets_add_list(ret, path, err) && sheets_end(ret, 600, err);
    assert_true(dir_remove(dir, NULL));
    return ok;
}

static void test_list(void **state)
{
    (void)state;
    struct sheets sheets = {0};
    struct err err;
    assert_true(from_list("# id front back dpi\none\t/a.png\t/b.png\t300\r\n\ntwo\t/c_back.png\n"
                          "\t/d.png\t\t\nlast\t/e.png\t/f.png",
                          &sheets, &err));
    assert_int_equal(sheets.n, 4);
    expect(&sheets, 0, "one", "/a.png", "/b.png");
    expect(&sheets, 1, "two", "/c_back.png", NULL);
    expect(&sheets, 2, "d", "/d.png", NULL);
    expect(&sheets, 3, "last", "/e.png", "/f.png");
    assert_true(sheets.sheet[0].dpi < 301 && sheets.sheet[3].dpi > 599);
    sheets_finish(&sheets);
}

static void test_bad_lists_name_the_line(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "a\t/a.png\n\nonly-one-column\n", "a\t/a.png\n\nb\t\t/x.png\n",
        "a\t/a.png\n\nb\t/b.png\t\tmany\n", "a\t/a.png\n\nb\t/b.png\t\t5\n",
        "a\t/a.png\n\nb\t/b.png\t\t300\trun 2\tmore\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct sheets sheets = {0};
        struct err err = {0};
        assert_false(from_list(bad[i], &sheets, &err));
        if (!strstr(err.text, "line 3"))
            fail_msg("%s", err.text);
        sheets_finish(&sheets);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs_by_name), cmocka_unit_test(test_two_fronts_of_one_name),
        cmocka_unit_test(test_odd_names),     cmocka_unit_test(test_id_and_back_belong_to_the_next),
        cmocka_unit_test(test_list),          cmocka_unit_test(test_bad_lists_name_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
