// Distances between rows of bytes.
#include "gradus_kernels.h"
#include "vectorized.h"

// Differences of bytes and their sum are one instruction for 64 of them, where compilers see the pattern.
VECTORIZED void gradus_manhattan_u8(
    uint32_t *out, const uint8_t *row, const uint8_t *points, ptrdiff_t count, ptrdiff_t features) {
    for (ptrdiff_t i = 0; i < count; i++) {
        const uint8_t *point = points + i * features;
        uint32_t sum = 0;
        for (ptrdiff_t j = 0; j < features; j++) {
            const int difference = (int)row[j] - (int)point[j];
            sum += (uint32_t)(difference < 0 ? -difference : difference);
        }
        out[i] = sum;
    }
}
