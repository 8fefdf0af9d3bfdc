#if defined(__x86_64__)
#include "../types/f32.inc"
#define TARGET "../targets/v4.inc"
#include "../templates/all.inc"
#endif
