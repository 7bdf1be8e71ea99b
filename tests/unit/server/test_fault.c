#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/operation.h"
#include "server/fault.h"

/* The errors that the model declares are answered with the status that it declares. */
static void answers_what_the_model_says(void **state)
{
    size_t count;
    const struct mk_api_error *errors = mk_api_errors(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        unsigned found = 0;

        for (int kind = 1; kind < 256; kind++) {
            const struct fault *fault = fault_find(kind);

            if (strcmp(fault->exception, errors[i].name) != 0)
                continue;
            assert_int_equal(fault->http, errors[i].http);
            found++;
        }
        assert_true(found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_what_the_model_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
