// The tables of all instruction sets, and the choice between them: the processor's best, or a lower one requested by
// the environment or a test.
#include "gradus_kernels.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLES(name, number) \
    extern const gradus_kernels_f32 gradus_f32_##name; \
    extern const gradus_kernels_f64 gradus_f64_##name; \
    extern const gradus_byte_kernels gradus_bytes_##name; \
    static const gradus_tables tables_##name = {number, &gradus_f32_##name, &gradus_f64_##name, &gradus_bytes_##name};

TABLES(any, GRADUS_ANY)
#if defined(__x86_64__)
TABLES(v3, GRADUS_V3)
TABLES(v4, GRADUS_V4)
#endif

const gradus_tables *gradus_tables_of(gradus_instructions set) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (set == GRADUS_V4) return __builtin_cpu_supports("x86-64-v4") ? &tables_v4 : 0;
    if (set == GRADUS_V3) return __builtin_cpu_supports("x86-64-v3") ? &tables_v3 : 0;
#endif
    return set == GRADUS_ANY ? &tables_any : 0;
}

static const gradus_tables *best_up_to(gradus_instructions highest) {
    for (int set = highest; set > GRADUS_ANY; set--) {
        const gradus_tables *tables = gradus_tables_of((gradus_instructions)set);
        if (tables) return tables;
    }
    return &tables_any;
}

// The set that GRADUS_INSTRUCTIONS requests.
static gradus_instructions highest_requested(void) {
    const char *text = getenv("GRADUS_INSTRUCTIONS");
    if (!text || !*text || strcmp(text, "v4") == 0) return GRADUS_V4;
    if (strcmp(text, "v3") == 0) return GRADUS_V3;
    if (strcmp(text, "any") == 0) return GRADUS_ANY;
    fprintf(stderr, "Gradus: GRADUS_INSTRUCTIONS is \"%s\", not any, v3 or v4; the processor's best are used\n", text);
    return GRADUS_V4;
}

static _Atomic(const gradus_tables *) in_use;  // null before the first request

static const gradus_tables *tables(void) {
    const gradus_tables *chosen = atomic_load_explicit(&in_use, memory_order_relaxed);
    if (!chosen) atomic_store(&in_use, chosen = best_up_to(highest_requested()));
    return chosen;
}

void gradus_limit_instruction_set(gradus_instructions highest) { atomic_store(&in_use, best_up_to(highest)); }

gradus_instructions gradus_instruction_set(void) { return tables()->set; }
const gradus_kernels *gradus_f32(void) { return (const gradus_kernels *)tables()->f32; }
const gradus_kernels *gradus_f64(void) { return (const gradus_kernels *)tables()->f64; }
const gradus_byte_kernels *gradus_bytes(void) { return tables()->bytes; }
