#if defined(__x86_64__)
#define TARGET "../targets/v4.inc"
#include "../templates/bytes.inc"
#endif
