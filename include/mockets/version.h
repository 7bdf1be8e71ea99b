#ifndef MOCKETS_VERSION_H
#define MOCKETS_VERSION_H

#define MOCKETS_VERSION_MAJOR 0
#define MOCKETS_VERSION_MINOR 1
#define MOCKETS_VERSION_PATCH 0
#define MOCKETS_VERSION       "0.1.0"

/** The one version of the Elastic Transcoder API that is spoken. */
#define MOCKETS_API_VERSION "2012-09-25"

#if defined(__GNUC__)
#define MOCKETS_API __attribute__((visibility("default")))
#else
#define MOCKETS_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** @return MOCKETS_VERSION of the library that is linked. Static storage. */
MOCKETS_API const char *mockets_version(void);

/**
 * One line that names the libraries the media work is done with, for example
 * "libavcodec 59.37.100, libavformat 59.27.100, …".
 *
 * @return NUL-terminated text in static storage. Thread-safe.
 */
MOCKETS_API const char *mockets_media_version(void);

#ifdef __cplusplus
}
#endif

#endif
