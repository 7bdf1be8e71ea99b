#ifndef MK_TESTS_FUZZ_H
#define MK_TESTS_FUZZ_H

/* What libFuzzer, or replay.c without it, calls for every input. */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
