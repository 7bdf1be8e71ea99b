#include "store/store.h"

#include <string.h>

#include "base/alloc.h"

static const struct mk_store_ops *const backends[] = {
    &mk_store_sqlite,
};

static const struct mk_store_ops *find_backend(const char *url)
{
    size_t length = strcspn(url, ":");

    for (size_t i = 0; url[length] && i < sizeof(backends) / sizeof(backends[0]); i++) {
        if (strlen(backends[i]->scheme) == length && !strncmp(backends[i]->scheme, url, length))
            return backends[i];
    }
    return NULL;
}

mockets_status mk_store_open(const char *url, struct mk_store *out, struct mockets_error *err)
{
    struct mk_store store = {.ops = find_backend(url)};
    mockets_status rc;

    if (!store.ops)
        return mk_fail(err, MOCKETS_E_UNSUPPORTED, "no store is known for the URL \"%s\"", url);
    store.self = mk_alloc(store.ops->size);
    if (!store.self)
        return mk_fail_nomem(err);
    rc = store.ops->open(store.self, url, err);
    if (rc)
        mk_store_close(&store);
    else
        *out = store;
    return rc;
}

void mk_store_close(struct mk_store *store)
{
    if (store->self)
        store->ops->close(store->self);
    mk_free(store->self);
    *store = (struct mk_store){0};
}
