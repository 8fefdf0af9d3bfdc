/// The presets of `translation`, as the files in this folder hold them.
#ifndef GRADUS_TRANSLATION_PRESETS_H
#define GRADUS_TRANSLATION_PRESETS_H

#include <stddef.h>

/// UTF-8, without a zero at the end; `length` is 0 when there is no preset of that name.
const char *_Nonnull gradus_translation_preset(const char *_Nonnull name, size_t *_Nonnull length);

#endif
