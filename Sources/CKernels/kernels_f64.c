#define SCALAR double
#define F(name) name
#define LITERAL(x) x
#define TABLE gradus_kernels_f64
#define CONSTANTS "math_f64.inc"
#include "templates/all.inc"
