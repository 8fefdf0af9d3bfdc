// How kernels and their tables are called, and how their loops are written.
#ifndef GRADUS_NAMES_H
#define GRADUS_NAMES_H

#define NAME_(a, b) a##_##b
#define NAME(a, b) NAME_(a, b)
#define NAME3_(a, b, c) a##_##b##_##c
#define NAME3(a, b, c) NAME3_(a, b, c)
// operation_type_set, as in softmax_f32_v4.
#define KERNEL(operation) NAME3(operation, TYPE, SET)

// Before a loop over few elements, as over channels: one vector at a time, so that a short loop is not left to the
// scalar remainder of a long one.
#define SHORT_LOOP _Pragma("clang loop vectorize(enable) interleave_count(1)")

// Before a loop whose rounds never read what others write. A compiler that must find that out while the program runs gives
// up where many pieces of memory meet.
#define ELEMENTS_APART _Pragma("clang loop vectorize(assume_safety)")

#endif
