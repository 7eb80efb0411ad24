/* colour: differences of colours as people see them. */
#ifndef POSTWACHT_COLOUR_H
#define POSTWACHT_COLOUR_H

/* CIE L*a*b* of a linear reflectance R, G, B (sRGB's primaries), each over the white's. */
void lab_of_linear(const double rgb[3], double ret_lab[3]);

/* CIEDE2000 with kL = kC = kH = 1 (Sharma, Wu, Dalal 2005). */
double ciede2000(const double a[3], const double b[3]);

#endif
