#ifndef MK_MEDIA_JOIN_H
#define MK_MEDIA_JOIN_H

/**
 * Passes the packets of a film on that others make in stretches (mk_plan_encode.lanes). It waits for
 * one stretch in particular: that is no deadlock, because every lane has a source of its own.
 */
void *mk_join_main(void *encode);

#endif
