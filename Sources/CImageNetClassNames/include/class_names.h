/// The names of the 1000 classes of ImageNet's challenge of 2012, one a line in the order of the classes: WordNet's first words
/// for them, as torchvision lists them (BSD licence) to tell its two cranes, missiles and sunglasses apart.
#ifndef GRADUS_CLASS_NAMES_H
#define GRADUS_CLASS_NAMES_H

#include <stddef.h>

/// UTF-8, without a zero at the end.
const char *_Nonnull gradus_imagenet_class_names(size_t *_Nonnull length);

#endif
