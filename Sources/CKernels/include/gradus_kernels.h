#ifndef GRADUS_KERNELS_H
#define GRADUS_KERNELS_H
#include <stddef.h>
#endif
