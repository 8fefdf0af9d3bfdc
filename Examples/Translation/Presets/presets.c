#include "translation_presets.h"

#include <string.h>

// A directive of C23 that clang has in every standard since its version 19.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char tiny[] = {
#embed "tiny.json"
};
static const unsigned char small[] = {
#embed "small.json"
};
static const unsigned char iwslt15[] = {
#embed "iwslt15.json"
};
static const unsigned char gnmt[] = {
#embed "gnmt.json"
};
static const unsigned char transformer[] = {
#embed "transformer.json"
};
static const unsigned char captions[] = {
#embed "captions.json"
};
static const unsigned char subwords[] = {
#embed "subwords.json"
};

static const struct {
    const char *name;
    const unsigned char *text;
    size_t length;
} presets[] = {
    {"tiny", tiny, sizeof tiny}, {"small", small, sizeof small}, {"iwslt15", iwslt15, sizeof iwslt15},
    {"gnmt", gnmt, sizeof gnmt}, {"transformer", transformer, sizeof transformer},
    {"captions", captions, sizeof captions}, {"subwords", subwords, sizeof subwords},
};

const char *gradus_translation_preset(const char *name, size_t *length) {
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
        if (strcmp(name, presets[i].name) == 0) {
            *length = presets[i].length;
            return (const char *)presets[i].text;
        }
    }
    *length = 0;
    return "";
}
