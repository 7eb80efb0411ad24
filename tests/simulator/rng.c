/* xoshiro256++ seeded by SHA-256. The normal deviate is a sum of four 16-bit uniforms from one
 * 64-bit draw: its tails end at 3.46 sd, which suits surfaces (no pixel is ten sd away) and costs a
 * tenth of a logarithm and a cosine. */
#include "tests/simulator/rng.h"

#include "schemas/base/hash.h"

#include <math.h>
#include <string.h>

static uint64_t rotl(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

static struct rng from_digest(struct sha256 *hash)
{
    struct rng rng;
    sha256_final(hash, rng.key);
    memcpy(rng.s, rng.key, sizeof rng.s);
    rng.s[0] |= 1; /* the all-zero state is the one that does not run */
    return rng;
}

struct rng rng_make(uint64_t seed, const char *name)
{
    struct sha256 hash;
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(seed >> (8 * i));
    sha256_init(&hash);
    sha256_update(&hash, bytes, sizeof bytes);
    sha256_update(&hash, name, strlen(name));
    return from_digest(&hash);
}

struct rng rng_fork_n(const struct rng *parent, const char *name, int n)
{
    struct sha256 hash;
    uint8_t bytes[4] = {(uint8_t)n, (uint8_t)(n >> 8), (uint8_t)(n >> 16), (uint8_t)(n >> 24)};
    sha256_init(&hash);
    sha256_update(&hash, parent->key, sizeof parent->key);
    sha256_update(&hash, bytes, sizeof bytes);
    sha256_update(&hash, name, strlen(name));
    return from_digest(&hash);
}

struct rng rng_fork(const struct rng *parent, const char *name)
{
    return rng_fork_n(parent, name, 0);
}

uint64_t rng_u64(struct rng *rng)
{
    uint64_t *s = rng->s;
    uint64_t ret = rotl(s[0] + s[3], 23) + s[0];
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return ret;
}

double rng_unit(struct rng *rng)
{
    return (double)(rng_u64(rng) >> 11) * 0x1.0p-53;
}

double rng_range(struct rng *rng, double a, double b)
{
    return a + (b - a) * rng_unit(rng);
}

double rng_log_range(struct rng *rng, double a, double b)
{
    return a * exp(log(b / a) * rng_unit(rng));
}

double rng_gauss(struct rng *rng)
{
    uint64_t v = rng_u64(rng);
    double sum = (double)(v & 0xffff) + (double)((v >> 16) & 0xffff) +
                 (double)((v >> 32) & 0xffff) + (double)(v >> 48);
    return (sum - 4 * 32767.5) / (65536.0 * 0.57735026919); /* sd of four uniforms: 2/sqrt(12) */
}

int rng_int(struct rng *rng, int n)
{
    return (int)(rng_u64(rng) % (uint64_t)n);
}

bool rng_chance(struct rng *rng, double p)
{
    return rng_unit(rng) < p;
}

int rng_weighted(struct rng *rng, const double *weight, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += weight[i];
    double at = rng_unit(rng) * sum;
    for (int i = 0; i < n; i++) {
        if (at < weight[i])
            return i;
        at -= weight[i];
    }
    return n - 1;
}
