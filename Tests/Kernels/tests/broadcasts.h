// Pairs of strided views with one shape that reach every path of the broadcasting loops.
#ifndef KERNEL_TESTS_BROADCASTS_H
#define KERNEL_TESTS_BROADCASTS_H

#include <stddef.h>

// A shape of `rank` axes, and the strides of both operands. Rows of at most 16 elements are expanded, 1024 at a time.
typedef struct { int rank; ptrdiff_t shape[4], a[4], b[4]; } broadcast;
static const broadcast broadcasts[] = {
    {0, {0}, {0}, {0}}, {1, {1}, {1}, {1}}, {1, {17}, {1}, {1}}, {1, {33}, {0}, {1}}, {1, {31}, {1}, {0}}, {1, {15}, {3}, {2}},
    {1, {1001}, {1}, {1}}, {2, {3, 17}, {17, 1}, {0, 1}}, {2, {7, 5}, {1, 7}, {5, 1}}, {2, {5, 65}, {65, 1}, {1, 0}},
    {2, {400, 7}, {7, 1}, {1, 0}}, {2, {300, 16}, {0, 1}, {17, 1}}, {2, {333, 5}, {1, 333}, {0, 0}},
    {3, {2, 3, 7}, {21, 7, 1}, {0, 7, 1}}, {3, {3, 2, 33}, {0, 33, 1}, {2, 1, 0}}, {4, {2, 3, 2, 9}, {54, 18, 9, 1}, {0, 9, 0, 1}},
    {4, {3, 1, 2, 15}, {1, 0, 3, 6}, {30, 30, 15, 1}}, {2, {0, 5}, {5, 1}, {5, 1}}};

static inline ptrdiff_t count_of(int rank, const ptrdiff_t *shape) {
    ptrdiff_t count = 1;
    for (int axis = 0; axis < rank; axis++) count *= shape[axis];
    return count;
}

// The number of elements in a view's memory.
static inline ptrdiff_t reach_of(int rank, const ptrdiff_t *shape, const ptrdiff_t *strides) {
    ptrdiff_t reach = 1;
    for (int axis = 0; axis < rank; axis++) reach += (shape[axis] > 0 ? shape[axis] - 1 : 0) * strides[axis];
    return reach;
}

// The offset of element `i` of a view.
static inline ptrdiff_t place_in(ptrdiff_t i, int rank, const ptrdiff_t *shape, const ptrdiff_t *strides) {
    ptrdiff_t at = 0;
    for (int axis = rank - 1; axis >= 0; i /= shape[axis--]) at += i % shape[axis] * strides[axis];
    return at;
}

#endif
