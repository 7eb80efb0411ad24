/* common_words: words that stand on anybody's envelope: what posts print, what asks for its return,
 * what seals certify, the countries. Whoever prints them says nothing about who he is. */
#ifndef POSTWACHT_COMMON_WORDS_H
#define POSTWACHT_COMMON_WORDS_H

#include <stdbool.h>

/* One word, folded (schemas/base/fold.h). */
bool is_common_word(const char *folded);
/* Legal forms, without dots: BV, GMBH, SARL. */
bool is_legal_form(const char *folded);

#endif
