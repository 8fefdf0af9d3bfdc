#include "gradus_kernels.h"
#include "random_words.h"

void gradus_random_words(uint64_t seed, uint64_t first, uint32_t *out, ptrdiff_t n) {
    uint32_t words[4];
    for (ptrdiff_t i = 0; i < n; i++) {
        const uint64_t position = first + (uint64_t)i;
        if (i == 0 || position % 4 == 0) philox_block(seed, position / 4, words);
        out[i] = words[position % 4];
    }
}
