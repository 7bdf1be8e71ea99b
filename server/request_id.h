#ifndef SERVER_REQUEST_ID_H
#define SERVER_REQUEST_ID_H

enum { REQUEST_ID_SIZE = 37 };

/** Write a new version 4 UUID. Quick, from a generator of the calling thread; not for secrets. */
void request_id_new(char out[REQUEST_ID_SIZE]);

#endif
