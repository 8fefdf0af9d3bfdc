#define SCALAR double
#define F(name) name
#define LITERAL(x) x
#define TABLE gradus_kernels_f64
#include "templates/all.inc"
