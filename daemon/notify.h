/* notify: what systemd is told, when it is there. Without it every call does nothing. */
#ifndef POSTWACHT_NOTIFY_H
#define POSTWACHT_NOTIFY_H

#include <stdint.h>

void notify_ready(void);
void notify_stopping(void);
void notify_reloading(void);
void notify_status(const char *text);
/* Milliseconds within which notify_alive must be called, 0 when nobody watches. */
int64_t notify_watchdog_ms(void);
void notify_alive(void);

#endif
