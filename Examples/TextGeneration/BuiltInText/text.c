#include "built_in_text.h"

// A directive of C23 that clang has in every standard since its version 19.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char text[] = {
#embed "gradus.txt"
};

const char *gradus_built_in_text(void) { return (const char *)text; }
size_t gradus_built_in_text_length(void) { return sizeof text; }
