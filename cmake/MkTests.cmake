# Tests in C are cmocka programs, one a file; tests in Python are unittest scripts, one a file.

pkg_check_modules(cmocka REQUIRED IMPORTED_TARGET cmocka)

set(tsan "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/tsan.supp")

# mk_c_tests(DIR [LABELS label…] [LIBRARIES target…] [TIMEOUT seconds] [EXCLUDE regex]): every
# DIR/…/test_NAME.c becomes the test DIR.….NAME, run in a scratch directory of its own.
function(mk_c_tests dir)
    cmake_parse_arguments(arg "" "TIMEOUT;EXCLUDE" "LABELS;LIBRARIES" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${dir}/test_*.c)
    if(arg_EXCLUDE)
        list(FILTER files EXCLUDE REGEX ${arg_EXCLUDE})
    endif()
    foreach(file ${files})
        file(RELATIVE_PATH name ${CMAKE_CURRENT_SOURCE_DIR} ${file})
        string(REGEX REPLACE "/" "." name ${name})
        string(REGEX REPLACE "test_(.*)\\.c$" "\\1" name ${name})
        add_executable(${name} ${file})
        target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/lib ${PROJECT_SOURCE_DIR}
                                                   ${PROJECT_SOURCE_DIR}/tests/support)
        target_link_libraries(${name} PRIVATE mk_options ${arg_LIBRARIES} mockets_static
                                              PkgConfig::cmocka)
        set(scratch ${CMAKE_CURRENT_BINARY_DIR}/scratch/${name})
        file(MAKE_DIRECTORY ${scratch})
        add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${scratch})
        set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT}
                                                SKIP_RETURN_CODE 77)
        if(MOCKETS_SANITIZE MATCHES thread)
            set_tests_properties(${name} PROPERTIES ENVIRONMENT "${tsan}")
        endif()
    endforeach()
endfunction()

# mk_python_tests(DIR [LABELS label…] [TIMEOUT seconds])
function(mk_python_tests dir)
    cmake_parse_arguments(arg "" "TIMEOUT" "LABELS" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 600)
    endif()
    file(GLOB files CONFIGURE_DEPENDS ${dir}/test_*.py)
    foreach(file ${files})
        get_filename_component(name ${file} NAME_WE)
        string(REGEX REPLACE "^test_" "${dir}." name ${name})
        add_test(NAME ${name} COMMAND /usr/bin/python3 -B ${file} -v)
        set_tests_properties(
            ${name}
            PROPERTIES
                LABELS "${arg_LABELS}"
                TIMEOUT ${arg_TIMEOUT}
                SKIP_RETURN_CODE 77
                ENVIRONMENT
                "MOCKETS_PROGRAM=$<TARGET_FILE:mockets>;MOCKETS_CLIP=$<TARGET_FILE:clip>;MOCKETS_SOURCE=${PROJECT_SOURCE_DIR};PYTHONPATH=${PROJECT_SOURCE_DIR}/tests/support;MOCKETS_BUILD=${PROJECT_BINARY_DIR};MOCKETS_SANITIZE=${MOCKETS_SANITIZE};LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/lsan.supp:print_suppressions=0;${tsan}"
        )
    endforeach()
endfunction()

# mk_fuzz_targets(DIR): every DIR/fuzz_NAME.c is given the files of DIR/corpus/NAME by the test
# fuzz.NAME. In the preset fuzz it is a program of libFuzzer that goes on from them:
#     build/fuzz/tests/fuzz.NAME FOLDER-FOR-WHAT-IT-FINDS tests/fuzz/corpus/NAME
function(mk_fuzz_targets dir)
    file(GLOB files CONFIGURE_DEPENDS ${dir}/fuzz_*.c)
    foreach(file ${files})
        get_filename_component(name ${file} NAME_WE)
        string(REGEX REPLACE "^fuzz_" "" name ${name})
        set(target ${dir}.${name})
        add_executable(${target} ${file})
        target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/lib)
        target_link_libraries(${target} PRIVATE mk_options mockets_static)
        set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/corpus/${name})
        if(MOCKETS_SANITIZE MATCHES fuzzer)
            target_link_options(${target} PRIVATE -fsanitize=fuzzer)
            add_test(NAME ${target} COMMAND ${target} -runs=0 ${corpus})
        else()
            target_sources(${target} PRIVATE ${dir}/replay.c)
            add_test(NAME ${target} COMMAND ${target} ${corpus})
        endif()
        set_tests_properties(${target} PROPERTIES LABELS fuzz TIMEOUT 300)
    endforeach()
endfunction()
