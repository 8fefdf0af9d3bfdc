#include "gradus_kernels.h"
#include "random_words.h"

void gradus_random_words(uint64_t seed, uint64_t first, uint32_t *out, ptrdiff_t n) {
    uint32_t words[WORDS_AT_A_TIME];
    for (ptrdiff_t done = 0; done < n;) {
        int at = words_from(seed, first + (uint64_t)done, words);
        for (; at < WORDS_AT_A_TIME && done < n; at++) out[done++] = words[at];
    }
}
