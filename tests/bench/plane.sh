#!/bin/sh
# The speed of the API plane, against the limits of what it is built on; see docs/performance.md.
#
#   sh tests/bench/plane.sh [--rounds N] [--seconds N] [--jobs N] [--keep] [--only WORD]
#
# Builds the release preset and runs the benchmark: about six minutes, 5 GB of disk.
set -eu
cd "$(dirname "$0")/../.."
sh cmake/deps.sh --no-install bench
cmake --preset release >/dev/null
cmake --build --preset release --target mockets bench-hello bench-loop
exec /usr/bin/python3 -B tests/bench/plane/plane.py --build build/release "$@"
