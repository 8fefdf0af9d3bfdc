#define TARGET "../targets/any.inc"
#include "../templates/bytes.inc"
