#!/bin/sh
# How fast mockets is beside what else could do the work; see docs/performance.md.
#
#   sh tests/bench/run.sh [--build DIR] [--rounds N] [--only WORD[,WORD]] [--no-score]
#
# Builds the release preset, makes or fetches the films, and runs everything: about an hour on two
# cores, 8 GB of disk. It needs a machine that does nothing else.
set -eu
cd "$(dirname "$0")/../.."
build=build/release
[ "${1:-}" = --build ] && build=$2 && shift 2
sh cmake/deps.sh --no-install bench
cmake --preset release >/dev/null
cmake --build --preset release --target mockets bench-job
sh tests/bench/media/inputs.sh "$build/bench-media/films"
exec /usr/bin/python3 -B tests/bench/media/bench.py --build "$build" "$@"
