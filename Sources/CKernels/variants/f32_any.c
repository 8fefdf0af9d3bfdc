#include "../types/f32.inc"
#define TARGET "../targets/any.inc"
#include "../templates/all.inc"
