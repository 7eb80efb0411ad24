/* Addresses that are no pages: events, health, assets, and the two buttons. */
#include "web/page.h"

#include "schemas/base/file.h"

#define ASSET_BYTES_MAX (1024 * 1024) /* the largest is some 20 KB; for --assets-dir */

void page_events(const struct request *request, struct response *ret)
{
    (void)request;
    ret->events = true;
    ret->type = "text/event-stream; charset=utf-8";
}

void page_healthz(const struct request *request, struct response *ret)
{
    struct html h = {&ret->body, request->lang};
    ret->type = "text/plain; charset=utf-8";
    h_lit(&h, "ok\n");
}

static bool asset_from_folder(const struct request *request, const struct asset *asset,
                              struct response *ret)
{
    char path[PATH_SIZE];
    struct err err;
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    if (!path_join(path, request->site->assets_dir, asset->name, &err) ||
        !file_read(path, ASSET_BYTES_MAX, &ret->body, &err))
        return false;
    sha256_bytes(ret->body.data, ret->body.len, digest);
    hex_encode(digest, sizeof digest, hex);
    response_etag(ret, hex);
    return true;
}

static void send_asset(const struct request *request, const char *name, struct response *ret)
{
    const struct asset *asset = asset_find(name);
    if (!asset) {
        response_error(request, 404, NULL, ret);
        return;
    }
    ret->type = asset_type(asset->name);
    ret->cache = CACHE_REVALIDATE;
    if (request->site->assets_dir && asset_from_folder(request, asset, ret))
        return;
    ret->fixed = asset->begin;
    ret->fixed_n = (size_t)(asset->end - asset->begin);
    response_etag(ret, asset->sha256);
}

void page_asset(const struct request *request, struct response *ret)
{
    send_asset(request, request->argument, ret);
}

void page_favicon(const struct request *request, struct response *ret)
{
    send_asset(request, "icon.svg", ret);
}

/* Asks the host, and goes back to the list (Post-Redirect-Get); a refusal is told in its own words.
 */
static void ask_host(const struct request *request, bool (*ask)(void *ctx, struct err *err),
                     struct response *ret)
{
    struct err err = {0};
    if (!ask)
        response_error(request, 503, say(request->lang, T_no_scanner), ret);
    else if (!ask(request->site->host.ctx, &err))
        response_error(request, 503, err.text, ret);
    else
        response_redirect("/", ret);
}

void page_batch_start(const struct request *request, struct response *ret)
{
    ask_host(request, request->site->host.start_batch, ret);
}

void page_batch_stop(const struct request *request, struct response *ret)
{
    ask_host(request, request->site->host.stop_batch, ret);
}
