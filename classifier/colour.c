#include "classifier/colour.h"

#include <math.h>

#define LAB_KNEE (6.0 / 29) /* CIE 15: below its cube the cube root is continued by a line */

static double lab_curve(double t)
{
    double k = LAB_KNEE;
    return t > k * k * k ? cbrt(t) : t / (3 * k * k) + 4.0 / 29;
}

void lab_of_linear(const double rgb[3], double ret_lab[3])
{
    /* IEC 61966-2-1, each row divided by its sum: white is (1, 1, 1). */
    static const double xyz[3][3] = {
        {0.4339, 0.3762, 0.1899}, {0.2126, 0.7152, 0.0722}, {0.0177, 0.1095, 0.8728}};
    double f[3];
    for (int i = 0; i < 3; i++)
        f[i] = lab_curve(xyz[i][0] * rgb[0] + xyz[i][1] * rgb[1] + xyz[i][2] * rgb[2]);
    ret_lab[0] = 116 * f[1] - 16;
    ret_lab[1] = 500 * (f[0] - f[1]);
    ret_lab[2] = 200 * (f[1] - f[2]);
}

static double radians(double degrees)
{
    return degrees * M_PI / 180;
}

/* 0 to 360 degrees; 0 without chroma. */
static double hue(double a, double b)
{
    if (a == 0 && b == 0)
        return 0;
    double h = atan2(b, a) * 180 / M_PI;
    return h < 0 ? h + 360 : h;
}

/* c^7 / (c^7 + 25^7), the weight of high chroma. */
static double chroma_share(double c)
{
    return pow(c, 7) / (pow(c, 7) + pow(25, 7));
}

/* The names follow the paper's equations (2) to (22). */
double ciede2000(const double one[3], const double two[3])
{
    double c_mean = (hypot(one[1], one[2]) + hypot(two[1], two[2])) / 2;
    double g = 0.5 * (1 - sqrt(chroma_share(c_mean)));
    double a1 = (1 + g) * one[1], a2 = (1 + g) * two[1];
    double c1 = hypot(a1, one[2]), c2 = hypot(a2, two[2]);
    double h1 = hue(a1, one[2]), h2 = hue(a2, two[2]);
    double dl = two[0] - one[0], dc = c2 - c1, turn = h2 - h1;
    double h_mean = h1 + h2;
    if (c1 * c2 == 0)
        turn = 0;
    else if (fabs(turn) <= 180)
        h_mean = (h1 + h2) / 2;
    else {
        h_mean = (h1 + h2 + (h1 + h2 < 360 ? 360 : -360)) / 2;
        turn += turn > 0 ? -360 : 360;
    }
    double dh = 2 * sqrt(c1 * c2) * sin(radians(turn / 2));
    double l = (one[0] + two[0]) / 2, c = (c1 + c2) / 2;
    double t = 1 - 0.17 * cos(radians(h_mean - 30)) + 0.24 * cos(radians(2 * h_mean)) +
               0.32 * cos(radians(3 * h_mean + 6)) - 0.20 * cos(radians(4 * h_mean - 63));
    double sl = 1 + 0.015 * pow(l - 50, 2) / sqrt(20 + pow(l - 50, 2));
    double sc = 1 + 0.045 * c, sh = 1 + 0.015 * c * t;
    double rt = -2 * sqrt(chroma_share(c)) * sin(radians(60 * exp(-pow((h_mean - 275) / 25, 2))));
    return sqrt(pow(dl / sl, 2) + pow(dc / sc, 2) + pow(dh / sh, 2) + rt * dc / sc * dh / sh);
}
