#include "class_names.h"

// A directive of C23 that clang has in every standard since its version 19.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char names[] = {
#embed "imagenet.txt"
};

const char *gradus_imagenet_class_names(size_t *length) {
    *length = sizeof names;
    return (const char *)names;
}
