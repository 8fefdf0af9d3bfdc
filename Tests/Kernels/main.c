// Tests every kernel of every supported instruction set against plain loops in a wider type.
// Usage: kernel-tests [SET …]; all sets by default. Exits with 1 if a kernel is wrong, with 2 if a set is not
// supported.
#include <stdio.h>
#include <time.h>

#include "testing.h"

extern int failed_kernels, slots_without_test;

static const struct { const char *name; gradus_instructions set; } sets[] = {
    {"any", GRADUS_ANY}, {"v3", GRADUS_V3}, {"v4", GRADUS_V4}};

static int is_wanted(const char *name, int count, char **names) {
    for (int i = 1; i < count; i++) if (strcmp(names[i], name) == 0) return 1;
    return count < 2;
}

int main(int count, char **names) {
    int tested = 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; i < COUNT(sets); i++) {
        const gradus_tables *tables = gradus_tables_of(sets[i].set);
        if (!is_wanted(sets[i].name, count, names)) continue;
        if (!tables) {
            printf("%s: this processor does not have it\n", sets[i].name);
            continue;
        }
        const clock_t start = clock();
        test_f32(tables->f32, sets[i].name);
        test_f64(tables->f64, sets[i].name);
        test_bytes(tables->bytes, sets[i].name);
        printf("%s: %.1f s\n", sets[i].name, (double)(clock() - start) / CLOCKS_PER_SEC);
        tested++;
    }
    if (failed_kernels || slots_without_test) {
        printf("%d kernels are wrong, %d have no test\n", failed_kernels, slots_without_test);
        return 1;
    }
    if (tested < (count < 2 ? 1 : count - 1)) {
        printf("not all sets were tested\n");
        return 2;
    }
    printf("all kernels are right\n");
    return 0;
}
