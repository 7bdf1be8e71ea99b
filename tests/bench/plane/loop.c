/*
 * loop DATABASE SECONDS DOCUMENT CONTEXT: SQLite and nothing else. Inserts rows of the size of a
 * job, one durable commit each, with the settings of the store, and prints commits per second.
 * DATABASE is an empty copy of a store: it has the store's own tables and indexes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <sqlite3.h>

static double now(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static char *load(const char *path)
{
    char *text = calloc(1, 1 << 20);
    FILE *file = fopen(path, "rb");

    if (!text || !file || !fread(text, 1, (1 << 20) - 1, file))
        exit(1);
    fclose(file);
    return text;
}

static unsigned insert(sqlite3_stmt *stmt, double seconds)
{
    const double end = now() + seconds;
    unsigned count = 0;
    char id[32];

    do {
        struct timespec at;

        clock_gettime(CLOCK_REALTIME, &at);
        snprintf(id, sizeof(id), "%010lld%03ld-%06u", (long long)at.tv_sec, at.tv_nsec / 1000000,
                 count);
        sqlite3_bind_text(stmt, 1, id, -1, SQLITE_STATIC);
        if (sqlite3_step(stmt) != SQLITE_DONE)
            exit(1);
        sqlite3_reset(stmt);
        count++;
    } while (now() < end);
    return count;
}

int main(int argc, char **argv)
{
    static const char sql[] =
        "INSERT INTO jobs (id, pipeline_id, state, attempts, document, context)"
        " VALUES (?1, '1351620000002-deflt0', 'Submitted', 0, ?2, ?3)";
    sqlite3_stmt *stmt;
    sqlite3 *db;
    double begin;

    if (argc != 5)
        return 2;
    if (sqlite3_open(argv[1], &db) ||
        sqlite3_exec(db,
                     "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                     "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384",
                     NULL, NULL, NULL) ||
        sqlite3_prepare_v2(db, sql, -1, &stmt, NULL))
        return 1;
    sqlite3_bind_text(stmt, 2, load(argv[3]), -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(stmt, 3, load(argv[4]), -1, SQLITE_TRANSIENT);
    begin = now();
    printf("%.1f\n", insert(stmt, atof(argv[2])) / (now() - begin));
    return 0;
}
