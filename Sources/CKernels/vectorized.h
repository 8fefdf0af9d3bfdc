// Marks a kernel to be compiled for several instruction sets; the processor's best is chosen when the program starts.
#ifndef GRADUS_VECTORIZED_H
#define GRADUS_VECTORIZED_H

// Not under ThreadSanitizer: the choice is made before that is ready, and the program would end at once.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define GRADUS_THREAD_SANITIZER
#endif
#endif

#if defined(__x86_64__) && defined(__linux__) && !defined(GRADUS_THREAD_SANITIZER)
#define VECTORIZED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VECTORIZED
#endif

// Before a loop over few elements, as over channels: one vector at a time, so that a short loop is not left to the
// scalar remainder of a long one.
#define SHORT_LOOP _Pragma("clang loop vectorize(enable) interleave_count(1)")

// Before a loop whose rounds never read what others write. A compiler that must find that out while the program runs gives
// up where many pieces of memory meet.
#define ELEMENTS_APART _Pragma("clang loop vectorize(assume_safety)")

#endif
