#ifndef MK_MEDIA_WIDE_CODE_H
#define MK_MEDIA_WIDE_CODE_H

#include <stdbool.h>

/**
 * Does x264's AVX-512 code slow down its SSE code on this processor?
 *
 * It uses the registers from 16 on, so as not to have to clean up (vzeroupper) for code that knows
 * the lower ones only. Some processors take the lower ones for used nevertheless where a part of a
 * wide register is moved to one of them, and wait for some 150 cycles in each change from one kind
 * of code to the other until somebody cleans up. Found by trying, once for each process, in some
 * microseconds. Any thread.
 */
bool mk_wide_code_drags(void);

#endif
