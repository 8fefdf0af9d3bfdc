#if defined(__x86_64__)
#include "../types/f64.inc"
#define TARGET "../targets/v4.inc"
#include "../templates/all.inc"
#endif
