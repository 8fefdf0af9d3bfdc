// A recycling allocator. Blocks come in size classes, four per power of two; a freed block serves later requests of
// its class or of one up to half its size, so that batches of varying lengths share blocks. A repeated training step
// allocates nothing from the system after its second run; touching fresh pages would cost more than the arithmetic.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "gradus_kernels.h"

enum { ALIGNMENT = 64, CLASSES = 256, LARGER_CLASSES = 4 };

// The header of a block, in the ALIGNMENT bytes before its memory.
typedef struct block {
    struct block *next;
    size_t size;
    int class;
} block;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static block *unused[CLASSES];
static size_t in_use, peak, kept;

// The class of a size, which grows with the size, and the size of the class's blocks.
static int class_of(size_t bytes, size_t *rounded) {
    if (bytes < ALIGNMENT) bytes = ALIGNMENT;
    int power = 63 - __builtin_clzll((unsigned long long)(bytes - 1) | 1);
    size_t quarter = ((size_t)1 << power) / 4;
    if (quarter < ALIGNMENT) quarter = ALIGNMENT;
    size_t steps = (bytes + quarter - 1) / quarter;
    *rounded = steps * quarter;
    return power * 4 + (int)steps - 5;
}

// A free block of the class or of one whose blocks are at most twice as large; null if there is none.
static block *take(int class) {
    for (int c = class; c <= class + LARGER_CLASSES && c < CLASSES; c++) {
        block *found = unused[c];
        if (!found) continue;
        unused[c] = found->next;
        return found;
    }
    return NULL;
}

static block *fresh_block(int class, size_t size) {
    block *fresh = aligned_alloc(ALIGNMENT, size + ALIGNMENT);
    if (!fresh) {
        gradus_trim();
        fresh = aligned_alloc(ALIGNMENT, size + ALIGNMENT);
    }
    if (!fresh) {
        fflush(stdout);
        fprintf(stderr, "Fatal error: Gradus: out of memory, no %zu bytes left for a tensor\n", size);
        abort();
    }
    fresh->size = size;
    fresh->class = class;
    return fresh;
}

void *gradus_allocate(size_t bytes) {
    size_t size;
    const int class = class_of(bytes, &size);
    pthread_mutex_lock(&lock);
    block *found = take(class);
    if (found) kept -= found->size;
    in_use += found ? found->size : size;
    if (in_use > peak) peak = in_use;
    pthread_mutex_unlock(&lock);
    if (!found) found = fresh_block(class, size);
    return (char *)found + ALIGNMENT;
}

void gradus_release(void *memory) {
    block *given = (block *)((char *)memory - ALIGNMENT);
    pthread_mutex_lock(&lock);
    given->next = unused[given->class];
    unused[given->class] = given;
    in_use -= given->size;
    kept += given->size;
    pthread_mutex_unlock(&lock);
}

void gradus_trim(void) {
    pthread_mutex_lock(&lock);
    for (int class = 0; class < CLASSES; class++) {
        while (unused[class]) {
            block *given = unused[class];
            unused[class] = given->next;
            free(given);
        }
    }
    kept = 0;
    pthread_mutex_unlock(&lock);
}

static size_t read_count(const size_t *count) {
    pthread_mutex_lock(&lock);
    const size_t result = *count;
    pthread_mutex_unlock(&lock);
    return result;
}

size_t gradus_bytes_in_use(void) { return read_count(&in_use); }
size_t gradus_peak_bytes_in_use(void) { return read_count(&peak); }
size_t gradus_bytes_kept(void) { return read_count(&kept); }
