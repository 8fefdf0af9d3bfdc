// Copies of strided views.
#include <string.h>

#include "gradus_kernels.h"

enum { SQUARE = 16 };

#define COPY(type) \
    static void copy_##type(type *out, const type *in, int rank, const ptrdiff_t *shape, const ptrdiff_t *strides) { \
        if (rank == 0) { \
            *out = *in; \
        } else if (rank == 1) { \
            if (strides[0] == 1) memcpy(out, in, (size_t)shape[0] * sizeof(type)); \
            else for (ptrdiff_t i = 0; i < shape[0]; i++) out[i] = in[i * strides[0]]; \
        } else if (rank == 2 && strides[0] == 1 && strides[1] != 0) { \
            /* A transposition, by small squares, so that both sides are used while they lie in the cache. */ \
            for (ptrdiff_t i0 = 0; i0 < shape[0]; i0 += SQUARE) \
            for (ptrdiff_t j0 = 0; j0 < shape[1]; j0 += SQUARE) { \
                const ptrdiff_t i1 = i0 + SQUARE < shape[0] ? i0 + SQUARE : shape[0]; \
                const ptrdiff_t j1 = j0 + SQUARE < shape[1] ? j0 + SQUARE : shape[1]; \
                for (ptrdiff_t i = i0; i < i1; i++) \
                    for (ptrdiff_t j = j0; j < j1; j++) out[i * shape[1] + j] = in[i + j * strides[1]]; \
            } \
        } else { \
            ptrdiff_t run = 1; \
            for (int axis = 1; axis < rank; axis++) run *= shape[axis]; \
            for (ptrdiff_t i = 0; i < shape[0]; i++) \
                copy_##type(out + i * run, in + i * strides[0], rank - 1, shape + 1, strides + 1); \
        } \
    }

COPY(uint8_t)
COPY(uint32_t)
COPY(uint64_t)

void gradus_copy_strided(void *out, const void *in, int rank, const ptrdiff_t *shape, const ptrdiff_t *strides, int element_size) {
    switch (element_size) {
    case 1: copy_uint8_t(out, in, rank, shape, strides); break;
    case 4: copy_uint32_t(out, in, rank, shape, strides); break;
    case 8: copy_uint64_t(out, in, rank, shape, strides); break;
    }
}
