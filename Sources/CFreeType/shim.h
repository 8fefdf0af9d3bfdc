#include <ft2build.h>
#include FT_FREETYPE_H

// FT_LOAD_TARGET_LIGHT comes from a macro with arguments, which Swift does not import. Light hinting sharpens
// horizontal edges and leaves widths alone; embedded bitmaps are skipped because they do not scale.
static const FT_Int32 gradus_ft_load_flags = FT_LOAD_RENDER | FT_LOAD_TARGET_LIGHT | FT_LOAD_NO_BITMAP;
