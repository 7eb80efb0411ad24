/* screens_compare: the screens of a sheet's print against those of genuine samples, and against
 * what only office printers make. */
#ifndef POSTWACHT_SCREENS_COMPARE_H
#define POSTWACHT_SCREENS_COMPARE_H

#include "classifier/screens.h"

/* Lines an inch between the peaks of two screens in the spectrum, whichever of their equivalent
 * ones are nearest; HUGE_VAL of dots against lines. */
double screens_apart(const struct print_screen *a, const struct print_screen *b);

/* What the samples have in common; nothing is learnt of a sample that does not show enough
 * (screens_show), nor of `skip` (-1: none). */
void screens_learn(const struct screens *sample, int n, int skip, double dpi,
                   struct screens_learnt *ret);

/* Share of the screens, by how far they stand out of noise, that sheet and genuine samples have in
 * common: 1 the same, 0 all different; 1 when neither has any to speak of. *ret_other is the
 * sheet's strongest that genuine samples do not show, or NULL. False when nothing can be told: no
 * screen in print so narrow that it would not show. */
bool screens_shared(const struct screens *seen, const struct screens_learnt *genuine, double dpi,
                    double *ret, const struct print_screen **ret_other);

/* Share of the sheet's screens that an office printer makes and a press does not, 0 without any;
 * scale: of the print against the template. *ret_one is the strongest of these, or NULL. False as
 * above. */
bool screens_of_a_printer(const struct screens *seen, double scale, double *ret,
                          const struct print_screen **ret_one);
/* Points an inch of the raster that the screen's cells fit, 0 when there is none. */
int screen_raster(const struct print_screen *screen, double scale);
/* To be told: whole degrees below 90, of lines below 180. */
double screen_degrees(const struct print_screen *screen);

#endif
