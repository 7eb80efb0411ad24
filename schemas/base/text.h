/* text: hostile bytes to clean UTF-8. OCR, codes and device strings may hold anything, and a fixed
 * buffer may have been cut in the middle of a character. */
#ifndef POSTWACHT_TEXT_H
#define POSTWACHT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Length of the valid UTF-8 character at text (1..4; no overlong forms, no surrogates), 0 when
 * there is none. Stops at the NUL. */
size_t text_char_len(const char *text);

/* Whether the character at text (text_char_len is not 0) shows nothing or changes how what follows
 * is shown: control characters but newline and tab, marks of direction, separators of lines, zero
 * width, tags (text that no reader sees, but programs do), code points that are no characters. */
bool text_is_unseen(const char *text);

/* Copies text into ret[n], every byte that is not valid UTF-8 replaced by U+FFFD, cut at a
 * character's boundary when it does not fit; always terminated. */
void text_copy_utf8(char *ret, size_t n, const char *text);

/* Whether text is valid UTF-8 throughout. */
bool text_is_utf8(const char *text);

#endif
