#include "../types/f64.inc"
#define TARGET "../targets/any.inc"
#include "../templates/all.inc"
