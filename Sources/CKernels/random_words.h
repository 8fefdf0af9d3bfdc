// Philox 4x32-10: the words of a counter-based stream (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as
// 1, 2, 3"). A word depends on its position alone, so any part can be made on any thread.
#ifndef GRADUS_RANDOM_WORDS_H
#define GRADUS_RANDOM_WORDS_H

#include <stdint.h>

#include "vectorized.h"

// Blocks of four words made side by side, and the words that a caller asks for at a time.
enum { PHILOX_BLOCKS = 16, WORDS_AT_A_TIME = 4 * PHILOX_BLOCKS };

// The words of blocks counter, counter + 1, … of the stream `key`.
VECTORIZED static void philox_blocks(uint64_t key, uint64_t counter, uint32_t words[WORDS_AT_A_TIME]) {
    uint32_t c0[PHILOX_BLOCKS], c1[PHILOX_BLOCKS], c2[PHILOX_BLOCKS], c3[PHILOX_BLOCKS];
    for (int i = 0; i < PHILOX_BLOCKS; i++) {
        c0[i] = (uint32_t)(counter + (uint64_t)i);
        c1[i] = (uint32_t)((counter + (uint64_t)i) >> 32);
        c2[i] = c3[i] = 0;
    }
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < PHILOX_BLOCKS; i++) {
            const uint64_t p0 = (uint64_t)0xD2511F53u * c0[i], p1 = (uint64_t)0xCD9E8D57u * c2[i];
            c0[i] = (uint32_t)(p1 >> 32) ^ c1[i] ^ k0;
            c2[i] = (uint32_t)(p0 >> 32) ^ c3[i] ^ k1;
            c1[i] = (uint32_t)p1;
            c3[i] = (uint32_t)p0;
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    for (int i = 0; i < PHILOX_BLOCKS; i++) {
        words[4 * i] = c0[i], words[4 * i + 1] = c1[i], words[4 * i + 2] = c2[i], words[4 * i + 3] = c3[i];
    }
}

// Makes words from number `position` on: returns how many of `words` lie before it, fewer than four.
static inline int words_from(uint64_t key, uint64_t position, uint32_t words[WORDS_AT_A_TIME]) {
    philox_blocks(key, position / 4, words);
    return (int)(position % 4);
}

#endif
