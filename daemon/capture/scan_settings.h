/* scan_settings: brings an open device into the state that evidence needs: the right source and
 * colours, the resolution asked for, a window that takes the largest envelope, and none of the
 * features that change an image behind our back. */
#ifndef POSTWACHT_SCAN_SETTINGS_H
#define POSTWACHT_SCAN_SETTINGS_H

#include "daemon/capture/source.h"

struct scan_settings {
    bool feeder;         /* goes on until the feeder is empty; a flatbed gives one image */
    bool duplex;         /* front and back alternate */
    double dpi_x, dpi_y; /* as read back */
};

/* False with why when the device cannot do what evidence needs. A compromise (another resolution
 * than the one asked for) is made and told in ret_notice, which else is "". */
bool scan_settings_apply(SANE_Handle handle, const struct capture_request *request,
                         struct scan_settings *ret, char ret_notice[256],
                         struct capture_why *ret_why);

#endif
