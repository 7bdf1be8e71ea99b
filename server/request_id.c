#include "server/request_id.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/random.h>
#include <time.h>

/** State of SplitMix64; every thread counts through numbers of its own. */
struct generator {
    bool seeded;
    uint64_t high, low;
};

static uint64_t mix(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15ULL;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
    return z ^ z >> 31;
}

static void seed(struct generator *generator)
{
    uint64_t seeds[2];
    struct timespec now;

    if (getrandom(seeds, sizeof(seeds), 0) != (ssize_t)sizeof(seeds)) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        seeds[0] = (uint64_t)now.tv_nsec << 32 ^ (uintptr_t)generator;
        seeds[1] = (uint64_t)now.tv_sec << 32 ^ (uintptr_t)&now;
    }
    generator->high = seeds[0];
    generator->low = seeds[1];
    generator->seeded = true;
}

void request_id_new(char out[REQUEST_ID_SIZE])
{
    static _Thread_local struct generator generator;
    static const char hex[] = "0123456789abcdef";
    static const unsigned char dashes[] = {8, 13, 18, 23};
    uint64_t halves[2];
    unsigned dash = 0;

    if (!generator.seeded)
        seed(&generator);
    halves[0] = (mix(&generator.high) & ~0xF000ULL) | 0x4000ULL;
    halves[1] = (mix(&generator.low) & ~(3ULL << 62)) | 2ULL << 62;
    for (unsigned at = 0, nibble = 0; at < REQUEST_ID_SIZE - 1; at++) {
        if (dash < sizeof(dashes) && at == dashes[dash]) {
            out[at] = '-';
            dash++;
            continue;
        }
        out[at] = hex[halves[nibble / 16] >> (60 - nibble % 16 * 4) & 0xF];
        nibble++;
    }
    out[REQUEST_ID_SIZE - 1] = '\0';
}
