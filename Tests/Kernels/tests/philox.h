// Philox 4x32-10, written from the paper (Salmon, Moraes, Dror & Shaw 2011), one word at a time.
#ifndef KERNEL_TESTS_PHILOX_H
#define KERNEL_TESTS_PHILOX_H

#include <stdint.h>

static inline uint32_t philox_word(uint64_t key, uint64_t position) {
    const uint64_t block = position / 4;
    uint32_t c[4] = {(uint32_t)block, (uint32_t)(block >> 32), 0, 0}, k[2] = {(uint32_t)key, (uint32_t)(key >> 32)};
    for (int round = 0; round < 10; round++) {
        const uint64_t p = 0xD2511F53ull * c[0], q = 0xCD9E8D57ull * c[2];
        const uint32_t next[4] = {(uint32_t)(q >> 32) ^ c[1] ^ k[0], (uint32_t)q, (uint32_t)(p >> 32) ^ c[3] ^ k[1], (uint32_t)p};
        for (int i = 0; i < 4; i++) c[i] = next[i];
        k[0] += 0x9E3779B9u, k[1] += 0xBB67AE85u;
    }
    return c[position % 4];
}

#endif
