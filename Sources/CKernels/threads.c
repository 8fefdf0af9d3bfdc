// One pool of threads. The caller takes part; idle threads wait a moment in a loop, because the next piece of a training
// step usually follows at once, and then sleep.
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "gradus_kernels.h"

enum { MOST_THREADS = 256, SPINS = 4000 };

typedef struct {
    void (*body)(void *, ptrdiff_t);
    void *context;
    ptrdiff_t count;
    int threads;
} work;

static pthread_mutex_t owner = PTHREAD_MUTEX_INITIALIZER;  // held by the caller whose work is running
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;   // guards sleeping and waking
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static work current;
static _Atomic ptrdiff_t next_index;
static _Atomic unsigned generation;  // raised once for each piece of work
static _Atomic int running;          // helpers that have not finished the current generation
static int helpers;                  // started threads, changed only by the owner
static _Atomic int wanted;           // threads to use, the caller's included; 0 before it was first asked
static _Thread_local int inside;

static void take_part(void) {
    for (;;) {
        const ptrdiff_t index = atomic_fetch_add_explicit(&next_index, 1, memory_order_relaxed);
        if (index >= current.count) return;
        current.body(current.context, index);
    }
}

static inline void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

typedef struct {
    int number;  // 1, 2, …; the caller counts as 0
    unsigned seen;
} helper_start;

static void *helper_main(void *argument) {
    const int number = ((helper_start *)argument)->number;
    unsigned seen = ((helper_start *)argument)->seen;
    free(argument);
    inside = 1;
    for (;;) {
        for (int spin = 0; spin < SPINS && atomic_load(&generation) == seen; spin++) pause_briefly();
        if (atomic_load(&generation) == seen) {
            pthread_mutex_lock(&lock);
            while (atomic_load(&generation) == seen) pthread_cond_wait(&wake, &lock);
            pthread_mutex_unlock(&lock);
        }
        seen++;
        if (number < current.threads) take_part();
        atomic_fetch_sub(&running, 1);
    }
    return NULL;
}

static int default_threads(void) {
    const char *text = getenv("GRADUS_THREADS");
    const long asked = text ? strtol(text, NULL, 10) : 0;
    const long found = asked > 0 ? asked : sysconf(_SC_NPROCESSORS_ONLN);
    return found < 1 ? 1 : found > MOST_THREADS ? MOST_THREADS : (int)found;
}

int gradus_threads(void) {
    if (atomic_load(&wanted) == 0) {
        int unset = 0;
        atomic_compare_exchange_strong(&wanted, &unset, default_threads());
    }
    return atomic_load(&wanted);
}

void gradus_set_threads(int count) { atomic_store(&wanted, count < 1 ? 1 : count > MOST_THREADS ? MOST_THREADS : count); }

static int start_helper(void) {
    helper_start *start = malloc(sizeof *start);
    if (!start) return 0;
    *start = (helper_start){helpers + 1, atomic_load(&generation)};
    pthread_t thread;
    if (pthread_create(&thread, NULL, helper_main, start) != 0) {
        free(start);
        return 0;
    }
    pthread_detach(thread);
    return 1;
}

void gradus_parallel(ptrdiff_t count, void (*body)(void *, ptrdiff_t), void *context) {
    const int threads = gradus_threads();
    if (count < 2 || threads < 2 || inside || pthread_mutex_trylock(&owner) != 0) {
        for (ptrdiff_t index = 0; index < count; index++) body(context, index);
        return;
    }
    while (helpers < threads - 1 && start_helper()) helpers++;
    current = (work){body, context, count, threads};
    atomic_store(&next_index, 0);
    atomic_store(&running, helpers);
    pthread_mutex_lock(&lock);
    atomic_fetch_add(&generation, 1);
    pthread_cond_broadcast(&wake);
    pthread_mutex_unlock(&lock);
    inside = 1;
    take_part();
    inside = 0;
    for (int spin = 0; atomic_load(&running) > 0; spin++) {
        if (spin < SPINS) pause_briefly();
        else sched_yield();
    }
    pthread_mutex_unlock(&owner);
}
