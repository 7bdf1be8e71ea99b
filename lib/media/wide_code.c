#include "media/wide_code.h"

#include <pthread.h>
#include <stdint.h>

#include <libavutil/cpu.h>

static bool drags;

#if defined(__x86_64__)

#include <x86intrin.h>

enum { TURNS = 64, TRIES = 3 };

/* Both kinds of code by turns, as where x264 compares pictures: ticks of the processor's clock. */
__attribute__((target("avx512f"))) static uint64_t take_turns(void)
{
    uint64_t begin = __rdtsc(), ticks;

    for (int i = 0; i < TURNS; i++)
        __asm__ volatile("vextracti32x4 $1, %%zmm16, %%xmm1\n\t"
                         "paddd %%xmm0, %%xmm0"
                         :
                         :
                         : "xmm0", "xmm1");
    ticks = __rdtsc() - begin;
    __asm__ volatile("vzeroupper");
    return ticks;
}

/* 4 ticks a turn where nothing waits, 300 where it does; who is interrupted takes longer. */
static void find_out(void)
{
    static const uint64_t most = (uint64_t)TURNS * 50;

    if (!(av_get_cpu_flags() & AV_CPU_FLAG_AVX512))
        return;
    drags = true;
    for (int i = 0; i < TRIES && drags; i++)
        drags = take_turns() > most;
}

#else

static void find_out(void)
{
}

#endif

bool mk_wide_code_drags(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, find_out);
    return drags;
}
