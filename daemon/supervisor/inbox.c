#include "daemon/supervisor/inbox.h"

#include "schemas/base/file.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define LOOK_MS 1000
#define STILL_MS 3000 /* a copy over the network pauses for less */

static bool is_image(const char *name)
{
    static const char *const endings[] = {".png", ".jpg", ".jpeg", ".tif", ".tiff"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && dot != name && i < sizeof endings / sizeof endings[0]; i++)
        if (strcasecmp(dot, endings[i]) == 0)
            return true;
    return false;
}

static size_t look(const char *dir, uint8_t ret[SHA256_SIZE])
{
    struct names names = {0};
    struct sha256 hash;
    size_t files = 0;
    sha256_init(&hash);
    if (!dir_list(dir, &names, NULL))
        names = (struct names){0};
    for (size_t i = 0; i < names.n; i++) {
        char path[PATH_SIZE];
        struct stat st;
        if (!is_image(names.name[i]) || !path_join(path, dir, names.name[i], NULL) ||
            lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        files++;
        sha256_update(&hash, names.name[i], strlen(names.name[i]) + 1);
        sha256_update(&hash, &st.st_size, sizeof st.st_size);
        sha256_update(&hash, &st.st_mtim, sizeof st.st_mtim);
    }
    names_finish(&names);
    sha256_final(&hash, ret);
    return files;
}

bool inbox_is_ready(struct inbox *inbox, const char *dir, int64_t now)
{
    if (inbox->looked_at && now - inbox->looked_at < LOOK_MS)
        return false;
    uint8_t now_seen[SHA256_SIZE];
    size_t files = look(dir, now_seen);
    bool still = memcmp(now_seen, inbox->seen, SHA256_SIZE) == 0;
    bool taken = memcmp(now_seen, inbox->taken, SHA256_SIZE) == 0;
    if (!still || !inbox->looked_at)
        inbox->still_since = now;
    inbox->looked_at = now;
    inbox->empty = files == 0 || taken;
    memcpy(inbox->seen, now_seen, SHA256_SIZE);
    if (files == 0 || taken || now - inbox->still_since < STILL_MS)
        return false;
    memcpy(inbox->taken, now_seen, SHA256_SIZE);
    return true;
}

void inbox_not_taken(struct inbox *inbox)
{
    memset(inbox->taken, 0, sizeof inbox->taken);
    inbox->still_since = inbox->looked_at; /* a pause before the next try */
}

bool inbox_is_empty(const struct inbox *inbox)
{
    return inbox->empty || !inbox->looked_at;
}
