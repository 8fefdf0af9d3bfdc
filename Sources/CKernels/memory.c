// A recycling allocator: blocks come in size classes (four to each power of two) and are kept for the next request of
// their class. A training step that repeats takes nothing from the system after its second run; fresh pages would cost
// more than the arithmetic done on them.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "gradus_kernels.h"

enum { ALIGNMENT = 64, CLASSES = 256 };

typedef struct free_block {
    struct free_block *next;
} free_block;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static free_block *unused[CLASSES];
static size_t in_use, peak;

// The class of a size, and the size that its blocks have.
static int class_of(size_t bytes, size_t *rounded) {
    if (bytes < ALIGNMENT) bytes = ALIGNMENT;
    int power = 63 - __builtin_clzll((unsigned long long)(bytes - 1) | 1);
    size_t quarter = ((size_t)1 << power) / 4;
    if (quarter < ALIGNMENT) quarter = ALIGNMENT;
    size_t steps = (bytes + quarter - 1) / quarter;
    *rounded = steps * quarter;
    return power * 4 + (int)(steps & 3);
}

void *gradus_allocate(size_t bytes) {
    size_t size;
    const int class = class_of(bytes, &size);
    pthread_mutex_lock(&lock);
    free_block *block = unused[class];
    if (block) unused[class] = block->next;
    in_use += size;
    if (in_use > peak) peak = in_use;
    pthread_mutex_unlock(&lock);
    if (block) return block;
    void *fresh = aligned_alloc(ALIGNMENT, size);
    if (!fresh) {
        gradus_trim();
        fresh = aligned_alloc(ALIGNMENT, size);
    }
    if (!fresh) {
        fprintf(stderr, "Fatal error: Gradus: out of memory, no %zu bytes left for a tensor\n", bytes);
        abort();
    }
    return fresh;
}

void gradus_release(void *memory, size_t bytes) {
    size_t size;
    const int class = class_of(bytes, &size);
    free_block *block = memory;
    pthread_mutex_lock(&lock);
    block->next = unused[class];
    unused[class] = block;
    in_use -= size;
    pthread_mutex_unlock(&lock);
}

void gradus_trim(void) {
    pthread_mutex_lock(&lock);
    for (int class = 0; class < CLASSES; class++) {
        while (unused[class]) {
            free_block *block = unused[class];
            unused[class] = block->next;
            free(block);
        }
    }
    pthread_mutex_unlock(&lock);
}

size_t gradus_bytes_in_use(void) { return in_use; }
size_t gradus_peak_bytes_in_use(void) { return peak; }
