// Support for the kernel tests: guarded arrays, random numbers, comparisons with a stated bound, a report.
//
// To test a new kernel, write test_NAME in the file of its concept in tests/, beginning with bound_is("", …), and add
// TEST(NAME) to the list in tests/all.inc (bytes.c for kernels without an element type). A kernel without a test, and
// a function of an enumeration missing from the tests' list, are errors.
#ifndef KERNEL_TESTING_H
#define KERNEL_TESTING_H

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "gradus_kernels.h"

// MARK: Comparisons and their report

/// Begins a line of the report. Results may differ from the exact values by factor · ε · size, plus the smallest
/// number of the type if the factor is not 0; `compare` is given the size. `part` is empty or names the function under
/// test; `unit` describes the size.
void bound_is(const char *part, double factor, const char *unit);
/// Begins a case: ends the previous one and reseeds the random numbers.
void case_is(const char *format, ...) __attribute__((format(printf, 1, 2)));
/// Compares element `at` of a result. NaN is expected where `exact` is NaN, infinity where it exceeds the type's
/// range.
void compare(ptrdiff_t at, long double got, long double exact, long double size);
/// A condition without a bound.
void expect(int holds, const char *what);
/// The size for which ε is one unit in the last place of `exact`.
long double one_place(long double exact);

// MARK: Arrays, valid until the next case

enum { GUARDED = 0, ALIGNED = 1 };
/// `count` elements of `size` bytes filled with an unexpected value, between guards that are checked at the end of the
/// case. ALIGNED to 64 bytes, or to one element only, so that no kernel relies on alignment.
void *array_of(ptrdiff_t count, size_t size, int is_aligned);
/// Whether memory of an array is unchanged.
int is_untouched(const void *memory, size_t bytes);

// MARK: Random numbers

uint32_t random_word(void);
double random_between(double low, double high);
static inline ptrdiff_t random_below(ptrdiff_t n) { return (ptrdiff_t)(random_word() % (uint32_t)n); }

// MARK: Tests

typedef struct {
    const char *kernel;
    size_t slot;  // its offset in the table
    void (*run)(void);
} kernel_test;

/// Runs the tests of one table of `bytes` bytes and checks that each of its kernels has one.
void run_tests(const kernel_test *tests, size_t count, size_t bytes, const char *type, const char *set);
/// Sets the properties of the element type under test.
void element_is(long double epsilon, long double largest, long double least_normal);

void test_f32(const gradus_kernels_f32 *kernels, const char *set);
void test_f64(const gradus_kernels_f64 *kernels, const char *set);
void test_bytes(const gradus_byte_kernels *kernels, const char *set);

// MARK: Loops

#define COUNT(array) (sizeof(array) / sizeof *(array))
/// for each n of the following numbers
#define EACH(n, ...) \
    for (size_t n##_at = 0, n##_once = 1; n##_at < COUNT(((ptrdiff_t[]){__VA_ARGS__})); n##_at++, n##_once = 1) \
        for (const ptrdiff_t n = ((ptrdiff_t[]){__VA_ARGS__})[n##_at]; n##_once; n##_once = 0)
#define ODD_SIZES 1, 2, 3, 7, 15, 17, 31, 33, 63, 65, 129, 1001
#define UP_TO(i, n) for (ptrdiff_t i = 0; i < (n); i++)

#endif
