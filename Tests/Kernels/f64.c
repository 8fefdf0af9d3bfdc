// Tests of the double-precision kernels against the widest type available.
#include "testing.h"
#define TYPE f64
#define SCALAR double
#define WIDE long double
#define W(name) name##l
#define TYPE_EPSILON DBL_EPSILON
#define PROPERTIES DBL_EPSILON, DBL_MAX, DBL_MIN
#define LARGEST_EXPONENT 709.7
#include "tests/all.inc"
