#ifndef CHECK_H
#define CHECK_H

/* cmocka with the headers that it asks for, and what every test wants besides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CHECK_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
