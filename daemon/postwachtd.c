/* postwachtd: the daemon. Arguments and configuration; all else is in supervisor/. */
#include "daemon/config.h"
#include "daemon/log.h"
#include "daemon/supervisor/supervisor.h"
#include "schemas/base/err.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATUS_OK, STATUS_PROBLEM, STATUS_USAGE };

static const char help[] =
    "usage: postwachtd [OPTION]...\n\n"
    "Scans batches, has them screened, keeps the evidence register and serves its page.\n\n"
    "  --config FILE      configuration (else /etc/postwacht/postwacht.conf if it is there);\n"
    "                     `postwacht check-config` explains its keys\n"
    "  --state DIR        folder of register, spool, templates and inbox\n"
    "  --templates DIR    folder of NAME.template folders (else templates in the state folder)\n"
    "  --address ADDRESS  of the page; loopback only      --port N      of the page\n"
    "  --device NAME      SANE name of the scanner        --resolution N  dots per inch\n"
    "  --jobs N           sheets screened at the same time\n"
    "  --assets-dir DIR   style and scripts of the page from files, while developing\n"
    "  --scan-on-start    start a batch at once\n"
    "  --debug            log more\n\n"
    "SIGTERM ends it in order, SIGHUP reads the configuration again.\n";

struct options {
    struct config config;
    const char *config_file, *assets_dir;
    bool scan_on_start, debug;
};

enum { OPTION_CONFIG = 'c', OPTION_DEBUG = 'D', OPTION_ASSETS = 'A', OPTION_SCAN = 'S' };

static const struct option option_names[] = {{"config", required_argument, NULL, OPTION_CONFIG},
                                             {"state", required_argument, NULL, 's'},
                                             {"templates", required_argument, NULL, 't'},
                                             {"address", required_argument, NULL, 'a'},
                                             {"port", required_argument, NULL, 'p'},
                                             {"device", required_argument, NULL, 'd'},
                                             {"resolution", required_argument, NULL, 'r'},
                                             {"jobs", required_argument, NULL, 'j'},
                                             {"assets-dir", required_argument, NULL, OPTION_ASSETS},
                                             {"scan-on-start", no_argument, NULL, OPTION_SCAN},
                                             {"debug", no_argument, NULL, OPTION_DEBUG},
                                             {"help", no_argument, NULL, 'h'},
                                             {"version", no_argument, NULL, 'v'},
                                             {0}};

/* Which key of the configuration an option overrides. */
static const struct {
    int option;
    const char *section, *key;
} overrides[] = {{'s', "daemon", "state"},   {'t', "daemon", "templates"},
                 {'a', "page", "address"},   {'p', "page", "port"},
                 {'d', "scanner", "device"}, {'r', "scanner", "resolution"},
                 {'j', "analyse", "jobs"}};

static bool take_option(int c, struct options *ret, struct err *err)
{
    for (size_t i = 0; i < sizeof overrides / sizeof overrides[0]; i++)
        if (overrides[i].option == c)
            return config_set(&ret->config, overrides[i].section, overrides[i].key, optarg, err);
    if (c == OPTION_ASSETS)
        ret->assets_dir = optarg;
    else if (c == OPTION_SCAN)
        ret->scan_on_start = true;
    else if (c == OPTION_DEBUG)
        ret->debug = true;
    return true;
}

/* The file first, whatever the order, then the options over it. */
static bool parse(int argc, char **argv, struct options *ret, struct err *err)
{
    int c;
    while ((c = getopt_long(argc, argv, "", option_names, NULL)) != -1) {
        if (c == OPTION_CONFIG) {
            ret->config_file = optarg;
        } else if (c == 'h' || c == 'v') {
            printf("%s", c == 'h' ? help : POSTWACHT_VERSION "\n");
            exit(STATUS_OK);
        } else if (c == '?') {
            return err_set(err, "see --help");
        }
    }
    if (optind < argc)
        return err_set(err, "'%s' is no option; see --help", argv[optind]);
    config_defaults(&ret->config);
    if (!ret->config_file && file_exists(CONFIG_FILE))
        ret->config_file = CONFIG_FILE;
    if (ret->config_file && !config_read(ret->config_file, &ret->config, err))
        return false;
    optind = 1;
    while ((c = getopt_long(argc, argv, "", option_names, NULL)) != -1)
        if (!take_option(c, ret, err))
            return false;
    return true;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct supervisor *supervisor = NULL;
    struct err err;
    log_init("postwachtd", LOG_LEVEL_INFO);
    if (!parse(argc, argv, &options, &err)) {
        log_error("%s", err.text);
        return STATUS_USAGE;
    }
    log_init("postwachtd", options.debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO);
    bool ok = supervisor_create(&options.config, options.config_file, options.assets_dir,
                                &supervisor, &err) &&
              (!options.scan_on_start || supervisor_start_batch(supervisor, &err)) &&
              supervisor_run(supervisor, &err);
    if (!ok)
        log_error("%s", err.text);
    supervisor_destroy(supervisor);
    return ok ? STATUS_OK : STATUS_PROBLEM;
}
