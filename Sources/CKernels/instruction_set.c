// The instruction set that the direct kernels use: the processor's best, or a lower one that a test asks for.
#include <stdatomic.h>

#include "gradus_kernels.h"

static _Atomic int chosen;  // 0 before it was first asked

static int best(void) {
#if defined(__x86_64__) && defined(__linux__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("x86-64-v4")) return GRADUS_V4;
    if (__builtin_cpu_supports("x86-64-v3")) return GRADUS_V3;
#endif
    return GRADUS_ANY;
}

gradus_instructions gradus_instruction_set(void) {
    if (atomic_load_explicit(&chosen, memory_order_relaxed) == 0) atomic_store(&chosen, best());
    return (gradus_instructions)atomic_load_explicit(&chosen, memory_order_relaxed);
}

void gradus_limit_instruction_set(gradus_instructions most) {
    const int found = best();
    atomic_store(&chosen, found < (int)most ? found : (int)most);
}
