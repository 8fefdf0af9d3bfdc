#include "phrase_words.h"

// A directive of C23 that clang has in every standard since its version 19.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char words[] = {
#embed "words.txt"
};

const char *gradus_phrase_words(size_t *length) {
    *length = sizeof words;
    return (const char *)words;
}
