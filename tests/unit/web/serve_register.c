/* Serves the page for a register folder, for looking at it and for screenshots:
 *     serve_register REGISTER [PORT [ASSETS]]     prints the port and serves until its input ends
 *     serve_register --make FOLDER N              makes a register of N drawn sheets in
 * FOLDER/register serve_register --sheet REGISTER ITEM LANG   writes the hand-over sheet to
 * standard output */
#include "fixture.h"

#include "daemon/series_keeper.h"
#include "schemas/base/err.h"
#include "web/web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void status(void *ctx, struct web_status *ret)
{
    (void)ctx;
    *ret = (struct web_status){.scanning = true, .captured = 30, .waiting = 12, .recorded = 18};
    strcpy(ret->device, "Virtual duplex scanner");
    strcpy(ret->batch, "2026-11-21-1");
    strcpy(ret->message,
           "Papierstoring na blad 18: haal de envelop uit de invoer en druk op Start.");
    strcpy(ret->version, POSTWACHT_VERSION);
}

static bool refuse(void *ctx, struct err *err)
{
    (void)ctx;
    return err_set(err, "this test server has no scanner");
}

static bool series(void *ctx, struct reg *reg, int64_t item, struct series *ret, struct err *err)
{
    return series_keeper_of(ctx, reg, item, ret, err);
}

static int serve(int argc, char **argv, struct err *err)
{
    struct series_keeper *keeper;
    if (!series_keeper_create(&keeper, err))
        return 1;
    struct web_config config = {
        .register_dir = argv[1],
        .address = "127.0.0.1",
        .port = argc > 2 ? (uint16_t)atoi(argv[2]) : 0,
        .assets_dir = argc > 3 ? argv[3] : NULL,
        .host = {.ctx = keeper,
                 .status = status,
                 .start_batch = refuse,
                 .stop_batch = refuse,
                 .series = series},
    };
    struct web *web;
    if (!web_start(&config, &web, err)) {
        series_keeper_destroy(keeper);
        return 1;
    }
    printf("%u\n", (unsigned)web_port(web));
    fflush(stdout);
    while (getchar() != EOF)
        web_changed(web);
    web_stop(web);
    series_keeper_destroy(keeper);
    return 0;
}

static int write_sheet(char **argv, struct err *err)
{
    struct reg *reg;
    struct series_keeper *keeper = NULL;
    struct series of_item = {0};
    struct buf pdf = {0};
    int64_t item = atoll(argv[3]);
    if (!reg_open(argv[2], REG_READ, &reg, err))
        return 1;
    bool made = series_keeper_create(&keeper, err) &&
                series_keeper_of(keeper, reg, item, &of_item, err) &&
                web_handover_sheet(reg, item, &of_item, argv[4], &pdf, err);
    series_finish(&of_item);
    series_keeper_destroy(keeper);
    reg_close(reg);
    if (made)
        fwrite(pdf.data, 1, pdf.len, stdout);
    buf_finish(&pdf);
    return made ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    int result = 2;
    if (argc == 4 && strcmp(argv[1], "--make") == 0)
        result = fixture_register(argv[2], atoi(argv[3]), &err) ? 0 : 1;
    else if (argc == 5 && strcmp(argv[1], "--sheet") == 0)
        result = write_sheet(argv, &err);
    else if (argc >= 2 && argv[1][0] != '-')
        result = serve(argc, argv, &err);
    else
        err_set(&err, "usage: serve_register REGISTER [PORT [ASSETS]] | --make FOLDER N | --sheet "
                      "REGISTER ITEM LANG");
    if (result)
        fprintf(stderr, "%s\n", err.text);
    return result;
}
