#ifndef SERVER_CONTENT_TYPE_H
#define SERVER_CONTENT_TYPE_H

#include <stddef.h>

/** Bytes of an object that content_type_sniff() likes to see. */
enum { CONTENT_TYPE_SNIFF_SIZE = 189 };

/** @return the content type that the extension of @p key stands for; NULL if it has none. */
const char *content_type_of_key(const char *key);

/** @return the content type that the first @p size bytes look like. */
const char *content_type_sniff(const void *data, size_t size);

#endif
