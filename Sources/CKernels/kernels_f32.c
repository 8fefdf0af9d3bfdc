#define SCALAR float
#define F(name) name##f
#define LITERAL(x) x##f
#define TABLE gradus_kernels_f32
#define CONSTANTS "math_f32.inc"
#include "templates/all.inc"
