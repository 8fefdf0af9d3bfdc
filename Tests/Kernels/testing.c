// See testing.h.
#include "testing.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GUARD ((size_t)0)  // the sanitizer has its own guards
#endif
#endif
#ifndef GUARD
#define GUARD ((size_t)192)
#endif
enum { MAX_ARRAYS = 64, FILLING = 0xA5, MAX_MISSES = 5 };

static struct { unsigned char *block, *begin; size_t bytes; } arrays[MAX_ARRAYS];
static size_t array_count;
static const char *kernel, *type, *set, *part = "", *unit = "";
static char place[256];
static double factor;
static long double epsilon, largest, least_normal, worst;
static long long compared;
static int misses, misses_of_part;
static uint64_t random_state = 1;
int failed_kernels, slots_without_test;

// MARK: Comparisons

static void miss(const char *format, ...) {
    misses++;
    if (misses_of_part++ >= MAX_MISSES) return;
    va_list arguments;
    va_start(arguments, format);
    printf("wrong: %s_%s_%s %s, %s: ", kernel, type, set, part, place);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

static void end_case(void) {
    for (size_t i = 0; i < array_count; i++) {
        const size_t before = (size_t)(arrays[i].begin - arrays[i].block);
        if (GUARD && !is_untouched(arrays[i].block, before)) miss("wrote before array %zu of the case, of %zu bytes", i, arrays[i].bytes);
        if (GUARD && !is_untouched(arrays[i].begin + arrays[i].bytes, GUARD)) miss("wrote behind array %zu of the case, of %zu bytes", i, arrays[i].bytes);
        free(arrays[i].block);
    }
    array_count = 0;
}

static void end_part(void) {
    end_case();
    if (compared > 0 || misses_of_part > 0)
        printf("%-26s %s_%-4s %-11s worst %5.3f of %g %s in %lld%s\n", kernel, type, set, part, (double)worst, factor, unit, compared,
               misses_of_part ? "  WRONG" : "");
    worst = 0, compared = 0, misses_of_part = 0;
}

void bound_is(const char *new_part, double new_factor, const char *new_unit) {
    end_part();
    part = new_part, factor = new_factor, unit = new_unit;
}

void case_is(const char *format, ...) {
    end_case();
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(place, sizeof place, format, arguments);
    va_end(arguments);
    random_state = 0x9E3779B97F4A7C15u;
}

void compare(ptrdiff_t at, long double got, long double exact, long double size) {
    compared++;
    if (isnan(exact) || isnan(got)) {
        if (!isnan(exact) || !isnan(got)) miss("element %td is %Lg, not %Lg", at, got, exact);
        return;
    }
    // Numbers that round to infinity, and infinities.
    const long double rounded = fabsl(exact) >= largest + largest * epsilon / 4 ? copysignl(INFINITY, exact) : exact;
    if (got == rounded) return;
    // Results below the normal range are multiples of the smallest number.
    const long double smallest = factor > 0 ? epsilon * least_normal : 0;
    const long double error = fabsl(got - rounded), bound = factor * epsilon * size + smallest;
    if (!(error <= bound)) miss("element %td is %.20Lg, not %.20Lg: an error of %Lg, at most %Lg", at, got, exact, error, bound);
    else if (error / bound > worst) worst = error / bound;
}

void expect(int holds, const char *what) {
    compared++;
    if (!holds) miss("%s", what);
}

long double one_place(long double exact) {
    const long double size = fabsl(exact);
    if (!(size > least_normal) || isinf(size)) return least_normal;
    int exponent;
    frexpl(size, &exponent);
    return ldexpl(1, exponent - 1);
}

// MARK: Arrays

void *array_of(ptrdiff_t count, size_t size, int is_aligned) {
    const size_t bytes = (size_t)count * size, shift = GUARD ? (is_aligned ? GUARD : GUARD + size) : 0;
    void *block;
    if (array_count == MAX_ARRAYS || posix_memalign(&block, 64, shift + bytes + GUARD + (bytes == 0)) != 0) {
        printf("too many arrays, or too large\n");
        exit(1);
    }
    memset(block, FILLING, shift + bytes + GUARD);
    unsigned char *begin = (unsigned char *)block + shift;
    arrays[array_count].block = block;
    arrays[array_count].begin = begin;
    arrays[array_count++].bytes = bytes;
    return begin;
}

int is_untouched(const void *memory, size_t bytes) {
    const unsigned char *at = memory;
    for (size_t i = 0; i < bytes; i++) if (at[i] != FILLING) return 0;
    return 1;
}

// MARK: Random numbers (Steele, Lea & Flood 2014, SplitMix64)

uint32_t random_word(void) {
    uint64_t z = random_state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (uint32_t)((z ^ (z >> 31)) >> 32);
}

double random_between(double low, double high) {
    const uint64_t upper = random_word(), lower = random_word();
    return low + (high - low) * ((double)((upper << 21) ^ (lower >> 11)) * 0x1p-53);
}

// MARK: Tests

void element_is(long double its_epsilon, long double its_largest, long double its_least_normal) {
    epsilon = its_epsilon, largest = its_largest, least_normal = its_least_normal;
}

void run_tests(const kernel_test *tests, size_t count, size_t bytes, const char *its_type, const char *its_set) {
    type = its_type, set = its_set;
    const char *before = "none";
    for (size_t slot = 0; slot < bytes; slot += sizeof(void (*)(void))) {
        size_t found = 0;
        while (found < count && tests[found].slot != slot) found++;
        if (found == count) {
            printf("wrong: a kernel of the table %s_%s has no test: the one behind `%s` in its declaration\n", type, set, before);
            slots_without_test++;
            continue;
        }
        before = kernel = tests[found].kernel;
        const int missed = misses;
        bound_is("", 0, "");
        tests[found].run();
        const int is_idle = compared == 0;
        end_part();
        if (is_idle) printf("wrong: the test of %s_%s_%s compares nothing\n", kernel, type, set);
        failed_kernels += misses > missed || is_idle;
    }
}
