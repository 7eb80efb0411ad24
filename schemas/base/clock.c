#define _GNU_SOURCE
#include "schemas/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

static int64_t read_ms(clockid_t id)
{
    struct timespec ts = {0};
    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_now_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}

int64_t clock_mono_ms(void)
{
    return read_ms(CLOCK_BOOTTIME);
}

double clock_mono_s(void)
{
    struct timespec ts = {0};
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

void clock_format(int64_t utc_ms, char ret[CLOCK_TEXT_SIZE])
{
    int64_t ms = utc_ms % 1000;
    if (ms < 0)
        ms += 1000;
    time_t seconds = (time_t)((utc_ms - ms) / 1000);
    struct tm tm;
    if (!gmtime_r(&seconds, &tm) || tm.tm_year < -1900 || tm.tm_year > 8099) {
        snprintf(ret, CLOCK_TEXT_SIZE, "1970-01-01T00:00:00.000Z");
        return;
    }
    char date[20];
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(ret, CLOCK_TEXT_SIZE, "%s.%03dZ", date, (int)ms);
}

bool clock_parse(const char *text, int64_t *ret_utc_ms)
{
    int year, month, day, hour, minute, second, ms, used = 0;
    if (strlen(text) != CLOCK_TEXT_SIZE - 1 ||
        sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", &year, &month, &day, &hour, &minute,
               &second, &ms, &used) != 7 ||
        used != CLOCK_TEXT_SIZE - 1)
        return false;
    struct tm tm = {.tm_year = year - 1900,
                    .tm_mon = month - 1,
                    .tm_mday = day,
                    .tm_hour = hour,
                    .tm_min = minute,
                    .tm_sec = second};
    int64_t utc_ms = (int64_t)timegm(&tm) * 1000 + ms;
    char again[CLOCK_TEXT_SIZE];
    clock_format(utc_ms, again); /* refuses 31 February and -1 in any field */
    if (strcmp(again, text) != 0)
        return false;
    *ret_utc_ms = utc_ms;
    return true;
}

void clock_boot_id(char ret[37])
{
    strcpy(ret, "unknown");
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (!file)
        return;
    char id[37];
    if (fread(id, 1, 36, file) == 36) {
        id[36] = '\0';
        memcpy(ret, id, sizeof id);
    }
    fclose(file);
}

bool clock_synced(void)
{
    struct timex timex = {0};
    int state = adjtimex(&timex);
    return state >= 0 && state != TIME_ERROR && !(timex.status & STA_UNSYNC);
}
