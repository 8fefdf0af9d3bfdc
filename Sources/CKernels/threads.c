// A pool of threads. The caller takes part. Idle threads spin briefly, because the next job of a training step usually
// follows at once, and then sleep.
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "gradus_kernels.h"

enum { MAX_THREADS = 256, SPINS = 4000 };

typedef struct {
    void (*body)(void *, ptrdiff_t);
    void *context;
    ptrdiff_t count;
    int threads;
} work;

static pthread_mutex_t owner = PTHREAD_MUTEX_INITIALIZER;  // held by the caller whose job is running
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;   // guards sleeping and waking
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static work current;
static _Atomic ptrdiff_t next_index;
// Upper half: the number of the job, odd while it is open. Lower half: the number of helpers working on it.
static _Atomic uint64_t state;
static int helpers;         // started threads, changed only by the owner
static _Atomic int wanted;  // threads to use, including the caller's; 0 before the first request
static _Thread_local int inside;

static void take_part(void) {
    for (;;) {
        const ptrdiff_t index = atomic_fetch_add_explicit(&next_index, 1, memory_order_relaxed);
        if (index >= current.count) return;
        current.body(current.context, index);
    }
}

// The number of the open job if the thread has not seen it yet, else 0.
static inline uint64_t news(uint64_t seen) {
    const uint64_t number = atomic_load(&state) >> 32;
    return number % 2 == 1 && number != seen ? number : 0;
}

// Joins the job while it is open. A late helper finds it closed, so no job waits for a thread that was not scheduled.
static int enter(uint64_t number) {
    uint64_t found = atomic_load(&state);
    while (found >> 32 == number)
        if (atomic_compare_exchange_weak(&state, &found, found + 1)) return 1;
    return 0;
}

static inline void pause_briefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static void *helper_main(void *argument) {
    const int number = (int)(intptr_t)argument;  // 1, 2, …; the caller counts as 0
    uint64_t seen = 0;
    inside = 1;
    for (;;) {
        uint64_t found = news(seen);
        for (int spin = 0; spin < SPINS && found == 0; spin++) {
            pause_briefly();
            found = news(seen);
        }
        if (found == 0) {
            pthread_mutex_lock(&lock);
            while ((found = news(seen)) == 0) pthread_cond_wait(&wake, &lock);
            pthread_mutex_unlock(&lock);
        }
        seen = found;
        if (!enter(found)) continue;
        if (number < current.threads) take_part();
        atomic_fetch_sub(&state, 1);
    }
    return NULL;
}

static int default_threads(void) {
    const char *text = getenv("GRADUS_THREADS");
    const long asked = text ? strtol(text, NULL, 10) : 0;
    const long found = asked > 0 ? asked : sysconf(_SC_NPROCESSORS_ONLN);
    return found < 1 ? 1 : found > MAX_THREADS ? MAX_THREADS : (int)found;
}

int gradus_threads(void) {
    if (atomic_load(&wanted) == 0) {
        int unset = 0;
        atomic_compare_exchange_strong(&wanted, &unset, default_threads());
    }
    return atomic_load(&wanted);
}

void gradus_set_threads(int count) { atomic_store(&wanted, count < 1 ? 1 : count > MAX_THREADS ? MAX_THREADS : count); }

static int start_helper(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, helper_main, (void *)(intptr_t)(helpers + 1)) != 0) return 0;
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
    atomic_store_explicit(&next_index, 0, memory_order_relaxed);
    const uint64_t closed = atomic_load(&state), opened = closed + ((uint64_t)1 << 32);
    atomic_store(&state, opened);
    pthread_mutex_lock(&lock);
    pthread_cond_broadcast(&wake);
    pthread_mutex_unlock(&lock);
    inside = 1;
    take_part();
    inside = 0;
    // All indices are taken; waits only for helpers that are still working.
    uint64_t expected = opened;
    for (int spin = 0; !atomic_compare_exchange_weak(&state, &expected, opened + ((uint64_t)1 << 32)); spin++) {
        expected = opened;
        if (spin < SPINS) pause_briefly();
        else sched_yield();
    }
    pthread_mutex_unlock(&owner);
}
