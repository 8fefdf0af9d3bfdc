// Tests of the kernels that do not depend on an element type.
#include "testing.h"
#include "tests/philox.h"

static const gradus_byte_kernels *kernels;  // the kernels under test

#include "tests/broadcasts.h"
#include "tests/elements.inc"
#include "tests/moves.inc"
#include "tests/comparisons.inc"
#include "tests/order.inc"

static void test_random_words(void) {
    bound_is("", 0, "");
    case_is("the words that the authors publish");
    // Counter 0, key 0 (Random123, kat_vectors).
    const uint32_t published[] = {0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u};
    UP_TO(i, 4) compare(i, (long double)philox_word(0, (uint64_t)i), (long double)published[i], 0);
    EACH(n, ODD_SIZES) EACH(first, 0, 1, 2, 3, 61, 64, 1 << 20) {
        case_is("%td words from %td", n, first);
        const uint64_t seed = 0xFEDCBA0987654321u, from = (uint64_t)first << (first == 64 ? 32 : 0);
        uint32_t *words = array_of(n, sizeof *words, GUARDED);
        kernels->random_words(seed, from, words, n);
        UP_TO(i, n) compare(i, (long double)words[i], (long double)philox_word(seed, from + (uint64_t)i), 0);
    }
}

static void test_manhattan(void) {
    bound_is("", 0, "");
    EACH(features, ODD_SIZES) EACH(count, 1, 3) {
        case_is("%td × %td", count, features);
        uint8_t *row = array_of(features, 1, GUARDED), *points = array_of(count * features, 1, GUARDED);
        uint32_t *out = array_of(count, sizeof *out, GUARDED);
        UP_TO(i, features) row[i] = (uint8_t)(i % 3 == 0 ? 255 : random_below(256));
        UP_TO(i, count * features) points[i] = (uint8_t)(i % 4 == 0 ? 0 : random_below(256));
        kernels->manhattan(out, row, points, count, features);
        UP_TO(i, count) {
            long sum = 0;
            UP_TO(j, features) sum += row[j] > points[i * features + j] ? row[j] - points[i * features + j] : points[i * features + j] - row[j];
            compare(i, (long double)out[i], (long double)sum, 0);
        }
    }
}

#define TEST(kernel) {#kernel, offsetof(gradus_byte_kernels, kernel), test_##kernel}
static const kernel_test tests[] = {
    TEST(random_words), TEST(manhattan),
    TEST(copy_strided), TEST(pad), TEST(concatenate_rows), TEST(has_index_outside), TEST(gather_rows), TEST(take_along),
    TEST(compare), TEST(count_true), TEST(select), TEST(integer_binary), TEST(convert),
    TEST(arg_extreme), TEST(argsort), TEST(top_k),
};

void test_bytes(const gradus_byte_kernels *table, const char *set) {
    kernels = table;
    element_is(0, LDBL_MAX, 0);
    run_tests(tests, COUNT(tests), sizeof *table, "bytes", set);
}
