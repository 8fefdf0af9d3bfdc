// Tests of the single-precision kernels against double precision.
#include "testing.h"
#define TYPE f32
#define SCALAR float
#define WIDE double
#define W(name) name
#define TYPE_EPSILON FLT_EPSILON
#define PROPERTIES FLT_EPSILON, FLT_MAX, FLT_MIN
#define LARGEST_EXPONENT 88.7
#include "tests/all.inc"
