/* fast: the few scalar helpers of pixel loops that libm would make a call of. Results are the same
 * on every machine: no fused or reordered arithmetic. */
#ifndef SIM_FAST_H
#define SIM_FAST_H

/* Wider vectors where the processor has them; the arithmetic stays per element. Sanitizers cannot
 * instrument the resolver that picks the version. */
#if defined(__x86_64__) && defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) &&              \
    !defined(__SANITIZE_THREAD__)
#define FAST_VECTOR __attribute__((target_clones("avx2", "default")))
#else
#define FAST_VECTOR
#endif

static inline int fast_floor(double v)
{
    int i = (int)v;
    return i - (v < i);
}

static inline double fast_min(double a, double b)
{
    return a < b ? a : b;
}

static inline double fast_max(double a, double b)
{
    return a > b ? a : b;
}

static inline float fast_clamp(float v, float least, float most)
{
    return v < least ? least : v > most ? most : v;
}

#endif
