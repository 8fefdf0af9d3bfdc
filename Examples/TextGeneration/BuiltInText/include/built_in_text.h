/// The text that `text-generation` learns from when no other is there.
#ifndef GRADUS_BUILT_IN_TEXT_H
#define GRADUS_BUILT_IN_TEXT_H

#include <stddef.h>

/// UTF-8, without a zero at the end.
const char *_Nonnull gradus_built_in_text(void);
size_t gradus_built_in_text_length(void);

#endif
