/* rng: reproducible random numbers. A generator is a key (a SHA-256 digest) and a running state; a
 * fork is derived from the key and a name only, never from the state, so that what one part of a
 * sheet draws cannot shift what another part draws, and sheets come out the same in any order. */
#ifndef SIM_RNG_H
#define SIM_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
    uint8_t key[32];
    uint64_t s[4];
};

struct rng rng_make(uint64_t seed, const char *name);
struct rng rng_fork(const struct rng *parent, const char *name);
struct rng rng_fork_n(const struct rng *parent, const char *name, int n);

uint64_t rng_u64(struct rng *rng);
double rng_unit(struct rng *rng);                          /* [0, 1) */
double rng_range(struct rng *rng, double a, double b);     /* uniform */
double rng_log_range(struct rng *rng, double a, double b); /* uniform in the logarithm, a > 0 */
double rng_gauss(struct rng *rng);                         /* mean 0, sd 1 */
int rng_int(struct rng *rng, int n);                       /* 0 .. n-1 */
bool rng_chance(struct rng *rng, double p);
/* Index drawn with the given weights (sum above 0). */
int rng_weighted(struct rng *rng, const double *weight, int n);

#endif
