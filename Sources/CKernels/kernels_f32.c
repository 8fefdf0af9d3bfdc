#define SCALAR float
#define F(name) name##f
#define LITERAL(x) x##f
#define TABLE gradus_kernels_f32
#include "templates/all.inc"
