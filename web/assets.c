#include "web/assets.h"

#include <string.h>

/* assets_table.inc is made by CMake: ASSET(symbol, "name", "sha256") for every file in web/assets.
 */
#define ASSET(symbol, name, sha256)                                                                \
    extern const unsigned char asset_##symbol##_begin[], asset_##symbol##_end[];
#include "assets_table.inc"
#undef ASSET

static const struct asset assets[] = {
#define ASSET(symbol, name, sha256) {name, sha256, asset_##symbol##_begin, asset_##symbol##_end},
#include "assets_table.inc"
#undef ASSET
};

const struct asset *asset_find(const char *name)
{
    for (size_t i = 0; i < sizeof assets / sizeof *assets; i++)
        if (strcmp(assets[i].name, name) == 0)
            return &assets[i];
    return NULL;
}

const char *asset_type(const char *name)
{
    static const char *const types[][2] = {
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".svg", "image/svg+xml"},
    };
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t end = strlen(types[i][0]);
        if (n > end && strcmp(name + n - end, types[i][0]) == 0)
            return types[i][1];
    }
    return "application/octet-stream";
}
