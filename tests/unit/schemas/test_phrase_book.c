/* The office's own wording: kept, checked, one writer at a time. */
#include "tests/unit/test_support.h"

#include "schemas/base/buf.h"
#include "schemas/phrase_book.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void book_of(const char *dir, char ret[PATH_SIZE])
{
    struct err err;
    assert_ok(path_join(ret, dir, PHRASE_BOOK_FILE, &err), &err);
    unlink(ret);
}

static struct own_phrase phrase_of(const char *text, const char *reason, const char *country)
{
    struct own_phrase ret = {0};
    strcpy(ret.text, text);
    strcpy(ret.reason, reason);
    strcpy(ret.country, country);
    return ret;
}

static void phrases_are_kept(void **state)
{
    char path[PATH_SIZE];
    static struct own_phrase list[PHRASE_BOOK_MAX];
    struct err err;
    int n = -1;
    book_of(*state, path);
    assert_ok(phrase_book_read(path, list, &n, &err), &err);
    assert_int_equal(n, 0);
    struct own_phrase one = phrase_of("Geadresseerde h\xc3\xb4tel onvindbaar", "UNKNOWN", "BE"),
                      two = phrase_of("Teruggave aan afzender", "RETURN", "");
    strcpy(one.language, "nl");
    strcpy(one.operator_, "bpost");
    assert_ok(phrase_book_add(path, &one, &err), &err);
    assert_ok(phrase_book_add(path, &two, &err), &err);
    assert_ok(phrase_book_read(path, list, &n, &err), &err);
    assert_int_equal(n, 2);
    assert_memory_equal(&list[0], &one, sizeof one);
    assert_memory_equal(&list[1], &two, sizeof two);
    assert_false(phrase_book_add(path, &one, &err)); /* twice */
    assert_non_null(strstr(err.text, "already"));
    strcpy(one.country, "NL");
    assert_ok(phrase_book_add(path, &one, &err), &err); /* another post with the same words */
    assert_ok(phrase_book_remove(path, one.text, "NL", &err), &err);
    assert_false(phrase_book_remove(path, one.text, "NL", &err));
    assert_ok(phrase_book_read(path, list, &n, &err), &err);
    assert_int_equal(n, 2);
}

static void what_is_no_phrase_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *reason, *country, *says;
    } cases[] = {
        {"abc", "MOVED", "", "too short"},
        {"- ! .", "MOVED", "", "too short"},
        {"", "MOVED", "", "too short"},
        {"vier letters", "verhuisd", "", "no reason"},
        {"vier letters", "", "", "no reason"},
        {"vier letters", "MOVED", "de", "no country"},
        {"vier letters", "MOVED", "D", "no country"},
        {"vier\tletters", "MOVED", "DE", "tabs"},
        {"vier\nletters", "MOVED", "DE", "tabs"},
        {"vier \x1b[2Jletters", "MOVED", "DE", "tabs"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct own_phrase phrase = phrase_of(cases[i].text, cases[i].reason, cases[i].country);
        struct err err;
        assert_false(phrase_check(&phrase, &err));
        assert_non_null(strstr(err.text, cases[i].says));
    }
}

static void long_wording_weighs_more(void **state)
{
    (void)state;
    double before = 0;
    static const char *const texts[] = {"weg op", "verhuisd", "niet bereikbaar",
                                        "onder dit adres niet te vinden"};
    for (size_t i = 0; i < 4; i++) {
        struct own_phrase phrase = phrase_of(texts[i], "MOVED", "");
        double weight = phrase_weight(&phrase);
        assert_true(weight > before && weight <= 1);
        before = weight;
    }
    struct own_phrase heading = phrase_of("onder dit adres niet te vinden", "RETURN", "");
    assert_true(phrase_weight(&heading) < before);
}

static void broken_books_are_told_by_line(void **state)
{
    char path[PATH_SIZE];
    static struct own_phrase list[PHRASE_BOOK_MAX];
    struct err err;
    int n;
    book_of(*state, path);
    static const char *const texts[] = {
        "# own\nDE\tpost\tde\tMOVED\n",
        "# own\nDE\tpost\tde\tNONSENSE\t0.5\tB\tverzogen nach\n",
        "# own\nDEUTSCH\tpost\tde\tMOVED\t0.5\tB\tverzogen nach\n",
    };
    for (size_t i = 0; i < 3; i++) {
        assert_ok(file_write_atomic(path, texts[i], strlen(texts[i]), 0600, &err), &err);
        assert_false(phrase_book_read(path, list, &n, &err));
        assert_non_null(strstr(err.text, "line 2"));
        struct own_phrase phrase = phrase_of("verzogen nach", "MOVED", "");
        assert_false(phrase_book_add(path, &phrase, &err)); /* and not overwritten */
        struct buf text = {0};
        assert_ok(file_read(path, 4096, &text, &err), &err);
        assert_string_equal(text.data, texts[i]);
        buf_finish(&text);
    }
}

static void writers_wait_for_each_other(void **state)
{
    char path[PATH_SIZE];
    static struct own_phrase list[PHRASE_BOOK_MAX];
    struct err err;
    int n;
    book_of(*state, path);
    for (int child = 0; child < 4; child++)
        if (fork() == 0) {
            bool fine = true;
            for (int i = 0; i < 8; i++) {
                struct own_phrase phrase = {.reason = "OTHER"};
                snprintf(phrase.text, sizeof phrase.text, "phrase %d of child %d", i, child);
                fine = phrase_book_add(path, &phrase, &err) && fine;
            }
            _exit(fine ? 0 : 1);
        }
    for (int status, i = 0; i < 4; i++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    assert_ok(phrase_book_read(path, list, &n, &err), &err);
    assert_int_equal(n, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phrases_are_kept),
        cmocka_unit_test(what_is_no_phrase_is_refused),
        cmocka_unit_test(long_wording_weighs_more),
        cmocka_unit_test(broken_books_are_told_by_line),
        cmocka_unit_test(writers_wait_for_each_other),
    };
    return cmocka_run_group_tests(tests, temp_setup, temp_teardown);
}
