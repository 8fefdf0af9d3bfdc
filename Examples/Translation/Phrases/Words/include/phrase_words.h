/// The words of the generated phrases, as `words.txt` holds them.
#ifndef GRADUS_PHRASE_WORDS_H
#define GRADUS_PHRASE_WORDS_H

#include <stddef.h>

/// UTF-8, without a zero at the end.
const char *_Nonnull gradus_phrase_words(size_t *_Nonnull length);

#endif
