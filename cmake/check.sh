#!/bin/sh
# Everything that must hold: installs what is missing, builds with gcc and clang, and passes all
# tests but the long ones: what the service does, and its media, with the address and
# undefined-behaviour sanitizers, the films that come out as users build it, the rest both ways.
#
#   sh cmake/check.sh [--no-install]
set -eu
cd "$(dirname "$0")/.."

sh cmake/deps.sh "$@" check

step() {
    printf '\n== %s\n' "$*"
}

build() {
    cmake --preset "$1" -D MOCKETS_WERROR=ON >build/"$1".log 2>&1 || { cat build/"$1".log; exit 1; }
    cmake --build --preset "$1" >build/"$1".log 2>&1 || { tail -n 60 build/"$1".log; exit 1; }
}

mkdir -p build
step "build: clang, release, and gcc with the sanitizers; warnings are errors"
for preset in debug-clang release asan; do
    build $preset
done

step "tests with the sanitizers"
ctest --preset asan

step "tests"
ctest --preset check
