# What every target of the project has in common.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

add_library(mk_options INTERFACE)
target_compile_definitions(mk_options INTERFACE _GNU_SOURCE _FILE_OFFSET_BITS=64)
target_compile_options(
    mk_options
    INTERFACE -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes
              -Wwrite-strings -Wvla -Wundef -fvisibility=hidden -fno-common
              $<$<BOOL:${MOCKETS_WERROR}>:-Werror>)
if(MOCKETS_SANITIZE)
    target_compile_options(
        mk_options INTERFACE -fsanitize=${MOCKETS_SANITIZE} -fno-omit-frame-pointer
                             -fno-sanitize-recover=all)
    target_link_options(mk_options INTERFACE -fsanitize=${MOCKETS_SANITIZE})
endif()

# mk_room(NAME [pkg-config module…]): the objects of one room below lib/. A foreign library that
# only one room may see is named there and nowhere else.
function(mk_room name)
    file(GLOB sources CONFIGURE_DEPENDS ${name}/*.c)
    if(NOT sources)
        return()
    endif()
    add_library(mk_${name} OBJECT ${sources})
    target_include_directories(mk_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}
                                                  ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(mk_${name} PRIVATE mk_options)
    set_target_properties(mk_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    if(ARGN)
        pkg_check_modules(mk_${name}_needs REQUIRED IMPORTED_TARGET ${ARGN})
        target_link_libraries(mk_${name} PRIVATE PkgConfig::mk_${name}_needs)
        set_property(GLOBAL APPEND PROPERTY MK_LIBRARIES PkgConfig::mk_${name}_needs)
        set_property(GLOBAL APPEND PROPERTY MK_PKGCONFIG ${ARGN})
    endif()
    set_property(GLOBAL APPEND PROPERTY MK_ROOMS mk_${name})
endfunction()
