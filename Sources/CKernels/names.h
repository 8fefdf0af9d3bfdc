// Names of kernels and their tables, and pragmas for their loops.
#ifndef GRADUS_NAMES_H
#define GRADUS_NAMES_H

#define NAME_(a, b) a##_##b
#define NAME(a, b) NAME_(a, b)
#define NAME3_(a, b, c) a##_##b##_##c
#define NAME3(a, b, c) NAME3_(a, b, c)
// operation_type_set, as in softmax_f32_v4.
#define KERNEL(operation) NAME3(operation, TYPE, SET)

// For loops over few elements, such as channels: vectorized without unrolling, so that short loops are not left to the
// scalar remainder.
#define SHORT_LOOP _Pragma("clang loop vectorize(enable) interleave_count(1)")

// For loops whose iterations are independent. Runtime alias checks give up when many arrays are involved.
#define ELEMENTS_APART _Pragma("clang loop vectorize(assume_safety)")

#endif
