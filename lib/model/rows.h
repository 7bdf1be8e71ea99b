#ifndef MK_MODEL_ROWS_H
#define MK_MODEL_ROWS_H

/* How a field table is written down; included only by the files that hold tables. */

#include <stddef.h>

#include "model/table.h"

#define MK_ROW(kind_, type, member, wire, ...)                                                     \
    {                                                                                              \
        .name = wire, .kind = kind_, .offset = offsetof(struct type, member), __VA_ARGS__          \
    }

#define MK_ROW_STRING(type, member, wire, ...)  MK_ROW(MK_STRING, type, member, wire, __VA_ARGS__)
#define MK_ROW_INTEGER(type, member, wire, ...) MK_ROW(MK_INTEGER, type, member, wire, __VA_ARGS__)
#define MK_ROW_STRUCT(type, member, wire, shape_, ...)                                             \
    MK_ROW(MK_STRUCT, type, member, wire, .shape = shape_, __VA_ARGS__)

/* Fails to compile unless the count is right behind its pointer. */
#define MK_ROW_COUNTED(kind_, type, member, count, wire, ...)                                      \
    {                                                                                              \
        .name = wire, .kind = kind_,                                                               \
        .offset = offsetof(struct type, member) +                                                  \
                  0 * sizeof(char[offsetof(struct type, count) ==                                  \
                                          offsetof(struct type, member) + sizeof(void *)           \
                                      ? 1                                                          \
                                      : -1]),                                                      \
        __VA_ARGS__                                                                                \
    }

#define MK_ROW_LIST(type, member, count, wire, ...)                                                \
    MK_ROW_COUNTED(MK_LIST, type, member, count, wire, __VA_ARGS__)
#define MK_ROW_MAP(type, member, count, wire, ...)                                                 \
    MK_ROW_COUNTED(MK_MAP, type, member, count, wire, __VA_ARGS__)

/* The shape over an array of rows, and one that requests know by another name. */
#define MK_SHAPE_AS(wire, request, type, rows)                                                     \
    {                                                                                              \
        .name = wire, .request_name = request, .size = sizeof(struct type), .fields = rows,        \
        .field_count = sizeof(rows) / sizeof(rows[0])                                              \
    }
#define MK_SHAPE(wire, type, rows) MK_SHAPE_AS(wire, NULL, type, rows)

/* Patterns that several tables use. */
#define MK_PATTERN_ID        "^\\d{13}-\\w{6}$"
#define MK_PATTERN_AUTO_SIZE "(^auto$)|(^\\d{2,4}$)"
#define MK_PATTERN_ASPECT    "(^auto$)|(^1:1$)|(^4:3$)|(^3:2$)|(^16:9$)"
#define MK_PATTERN_FRAMES                                                                          \
    "(^auto$)|(^10$)|(^15$)|(^23.97$)|(^24$)|(^25$)|(^29.97$)|(^30$)|(^50$)|(^60$)"
#define MK_PATTERN_JOB_STATUS "(^Submitted$)|(^Progressing$)|(^Complete$)|(^Canceled$)|(^Error$)"
#define MK_PATTERN_JPG_PNG    "(^jpg$)|(^png$)"
#define MK_PATTERN_PADDING    "(^Pad$)|(^NoPad$)"
#define MK_PATTERN_RESOLUTION "(^auto$)|(^\\d{1,5}x\\d{1,5}$)"
#define MK_PATTERN_SIZING                                                                          \
    "(^Fit$)|(^Fill$)|(^Stretch$)|(^Keep$)"                                                        \
    "|(^ShrinkToFit$)|(^ShrinkToFill$)"

#endif
