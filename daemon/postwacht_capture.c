/* postwacht-capture: one batch on one device into the spool, then it ends. */
#define _GNU_SOURCE
#include "daemon/capture/batch.h"
#include "daemon/capture/enumerate.h"
#include "daemon/log.h"
#include "schemas/base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATUS_USAGE 2
#define DPI_DEFAULT 600 /* print forensics needs 600; 300 gives only a limited statement */
#define SPACE_WAIT_S 600

static const char usage[] =
    "Usage: postwacht-capture --spool DIR --batch ID [--device NAME | --folder DIR]\n"
    "       postwacht-capture --list\n"
    "\n"
    "Scans one batch into the spool and tells on standard output what it did\n"
    "(daemon/capture/protocol.h). Without --device the first scanner is used.\n"
    "\n"
    "  --folder DIR       take image files NAME_front.*, NAME_back.* instead of a scanner\n"
    "  --consume          move files that were taken to DIR/taken, others to DIR/refused\n"
    "  --source WHICH     auto (default), duplex, adf, flatbed, or the device's own name\n"
    "  --mode MODE        Color (default), Gray, Lineart, or the device's own name\n"
    "  --resolution DPI   600\n"
    "  --width MM, --height MM\n"
    "                     largest paper; default: as wide as the device, 340 mm long\n"
    "  --option NAME=VALUE\n"
    "                     set another option of the device, after all others\n"
    "  --max N            stop after N sheets\n"
    "  --first N          number of the first sheet in its batch (1)\n"
    "  --space-wait S     how long to pause for a full disk (600)\n"
    "  --limit-open S, --limit-first-byte S, --limit-stall S, --limit-close S\n"
    "                     how long the driver may take (60, 120, 30, 10)\n"
    "  --list             list the scanners as JSON lines\n";

enum argument {
    ARG_SPOOL = 256,
    ARG_BATCH,
    ARG_DEVICE,
    ARG_FOLDER,
    ARG_CONSUME,
    ARG_SOURCE,
    ARG_MODE,
    ARG_RESOLUTION,
    ARG_WIDTH,
    ARG_HEIGHT,
    ARG_OPTION,
    ARG_MAX,
    ARG_FIRST,
    ARG_SPACE_WAIT,
    ARG_LIST,
    ARG_HELP,
    ARG_LIMIT /* and the phases behind it */
};

struct arguments {
    struct capture_request request;
    struct guard_limits limits;
    char folder[PATH_SIZE];
    bool list, help;
};

static bool read_number(const char *name, const char *text, double min, double max, double *ret,
                        struct err *err)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= min && value <= max))
        return err_set(err, "--%s must be a number from %g to %g, not \"%s\"", name, min, max,
                       text);
    *ret = value;
    return true;
}

/* The driver may need another working folder, so paths become absolute at once. */
static bool read_folder(const char *text, char ret[PATH_SIZE], struct err *err)
{
    char *real = realpath(text, NULL);
    if (!real)
        return err_errno(err, "cannot find the folder %s", text);
    bool ok = strlen(real) < PATH_SIZE || err_set(err, "the path of %.60s... is too long", text);
    if (ok)
        strcpy(ret, real);
    free(real);
    return ok;
}

static bool read_spool(const char *text, char ret[PATH_SIZE], struct err *err)
{
    return dir_make(text, err) && read_folder(text, ret, err);
}

static bool read_batch(const char *text, char ret[SHEET_ID_SIZE], struct err *err)
{
    if (!name_is_safe(text))
        return err_set(err, "--batch may hold letters, digits, dot, _ and - only");
    strcpy(ret, text);
    return true;
}

static bool add_option(struct capture_request *request, const char *text, struct err *err)
{
    if (request->n_options == CAPTURE_OPTIONS_MAX)
        return err_set(err, "at most %d times --option", CAPTURE_OPTIONS_MAX);
    request->option[request->n_options++] = text;
    return true;
}

static bool read_int(const char *name, const char *text, int min, int *ret, struct err *err)
{
    double value;
    if (!read_number(name, text, min, 1e6, &value, err))
        return false;
    *ret = (int)value;
    return true;
}

static bool read_argument(int which, const char *name, const char *text, struct arguments *ret,
                          struct err *err)
{
    struct capture_request *request = &ret->request;
    switch (which) {
    case ARG_SPOOL:
        return read_spool(text, request->spool, err);
    case ARG_BATCH:
        return read_batch(text, request->batch, err);
    case ARG_DEVICE:
        request->device = text;
        return true;
    case ARG_FOLDER:
        request->folder = ret->folder;
        return read_folder(text, ret->folder, err);
    case ARG_CONSUME:
        request->consume = true;
        return true;
    case ARG_SOURCE:
        request->source = text;
        return true;
    case ARG_MODE:
        request->mode = text;
        return true;
    case ARG_RESOLUTION:
        return read_number(name, text, 50, 9600, &request->dpi, err);
    case ARG_WIDTH:
        return read_number(name, text, 10, 2000, &request->width_mm, err);
    case ARG_HEIGHT:
        return read_number(name, text, 10, 5000, &request->height_mm, err);
    case ARG_OPTION:
        return add_option(request, text, err);
    case ARG_MAX:
        return read_int(name, text, 0, &request->max, err);
    case ARG_FIRST:
        return read_int(name, text, 1, &request->first_seq, err);
    case ARG_SPACE_WAIT:
        return read_number(name, text, 0, 1e6, &request->space_wait_s, err);
    case ARG_LIST:
        ret->list = true;
        return true;
    case ARG_HELP:
        ret->help = true;
        return true;
    default:
        return read_number(name, text, 0.1, 3600, &ret->limits.seconds[which - ARG_LIMIT], err);
    }
}

static bool read_arguments(int argc, char **argv, struct arguments *ret, struct err *err)
{
    static const struct option options[] = {
        {"spool", required_argument, NULL, ARG_SPOOL},
        {"batch", required_argument, NULL, ARG_BATCH},
        {"device", required_argument, NULL, ARG_DEVICE},
        {"folder", required_argument, NULL, ARG_FOLDER},
        {"consume", no_argument, NULL, ARG_CONSUME},
        {"source", required_argument, NULL, ARG_SOURCE},
        {"mode", required_argument, NULL, ARG_MODE},
        {"resolution", required_argument, NULL, ARG_RESOLUTION},
        {"width", required_argument, NULL, ARG_WIDTH},
        {"height", required_argument, NULL, ARG_HEIGHT},
        {"option", required_argument, NULL, ARG_OPTION},
        {"max", required_argument, NULL, ARG_MAX},
        {"first", required_argument, NULL, ARG_FIRST},
        {"space-wait", required_argument, NULL, ARG_SPACE_WAIT},
        {"list", no_argument, NULL, ARG_LIST},
        {"help", no_argument, NULL, ARG_HELP},
        {"limit-open", required_argument, NULL, ARG_LIMIT + GUARD_OPEN},
        {"limit-first-byte", required_argument, NULL, ARG_LIMIT + GUARD_FIRST_BYTE},
        {"limit-stall", required_argument, NULL, ARG_LIMIT + GUARD_STALL},
        {"limit-close", required_argument, NULL, ARG_LIMIT + GUARD_CLOSE},
        {0},
    };
    int index = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, &index)) != -1;) {
        if (c == '?')
            return err_set(err, "see --help");
        if (!read_argument(c, options[index].name, optarg, ret, err))
            return false;
    }
    if (optind < argc)
        return err_set(err, "\"%s\" is not understood; see --help", argv[optind]);
    if (!ret->list && !ret->help && (!*ret->request.spool || !*ret->request.batch))
        return err_set(err, "--spool and --batch are needed; see --help");
    return true;
}

/* Drivers print to standard output as they like: the protocol gets a descriptor of its own, and
 * what they print goes to standard error. */
static int take_stdout(void)
{
    int fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (fd >= 0)
        dup2(STDERR_FILENO, STDOUT_FILENO);
    return fd;
}

static int run(const struct arguments *arguments, int report_fd)
{
    struct err err;
    struct guard *guard = NULL;
    /* libsane searches its configuration in the working folder first, which may be anybody's. */
    if (!getenv("SANE_CONFIG_DIR") && chdir("/") != 0)
        return EXIT_FAILURE;
    if (arguments->list) {
        if (enumerate_devices(report_fd, &err))
            return EXIT_SUCCESS;
        log_error("%s", err.text);
        return EXIT_FAILURE;
    }
    if (!guard_start(&arguments->limits, report_fd, &guard, &err)) {
        log_error("%s", err.text);
        return EXIT_FAILURE;
    }
    const struct capture_request *request = &arguments->request;
    int status =
        batch_run(request, request->folder ? &folder_source : &scanner_source, guard, report_fd);
    guard_finish(guard);
    return status;
}

int main(int argc, char **argv)
{
    struct err err;
    struct arguments *arguments = calloc(1, sizeof *arguments);
    log_init("postwacht-capture", LOG_LEVEL_INFO);
    if (!arguments)
        return EXIT_FAILURE;
    arguments->limits = guard_default_limits;
    arguments->request.device = "";
    arguments->request.source = "auto";
    arguments->request.mode = "Color";
    arguments->request.dpi = DPI_DEFAULT;
    arguments->request.first_seq = 1;
    arguments->request.space_wait_s = SPACE_WAIT_S;
    int status = STATUS_USAGE, report_fd = -1;
    if (!read_arguments(argc, argv, arguments, &err)) {
        log_error("%s", err.text);
    } else if (arguments->help) {
        fputs(usage, stdout);
        status = EXIT_SUCCESS;
    } else if ((report_fd = take_stdout()) < 0) {
        log_error("cannot use standard output: %s", strerror(errno));
        status = EXIT_FAILURE;
    } else {
        status = run(arguments, report_fd);
    }
    free(arguments);
    return status;
}
