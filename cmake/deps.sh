#!/bin/sh
# Installs the system packages that are missing (Debian, apt).
#
#   sh cmake/deps.sh [--no-install] [build|demo|check|bench]
#
# build   what compiling needs
# demo    build, and what cmake/demo.sh runs (the default)
# check   demo, and what the tests run
# bench   build, and what tests/bench runs
# --no-install   name what is missing and exit 1 instead
set -eu

build="gcc libc6-dev cmake ninja-build pkg-config
libavformat-dev libavcodec-dev libavfilter-dev libavutil-dev libswscale-dev libswresample-dev
libmicrohttpd-dev libjansson-dev libexpat1-dev libsqlite3-dev libcurl4-openssl-dev
libssl-dev"
demo="ca-certificates curl ffmpeg python3 python3-boto3"
check="awscli chromium openssl python3-cryptography clang clang-format libcmocka-dev procps
golang-go golang-github-aws-aws-sdk-go-dev"
# Debian's npm comes with hundreds of packages, so any other one that is there will do.
javascript=
for program in node:nodejs npm:npm; do
    command -v "${program%%:*}" >/dev/null || javascript="$javascript ${program#*:}"
done
check="$check $javascript"
bench="libcmocka-dev python3 wrk ffmpeg $javascript"

install=yes
group=demo
for word; do
    case $word in
    --no-install) install=no ;;
    build | demo | check | bench) group=$word ;;
    *)
        echo "usage: sh cmake/deps.sh [--no-install] [build|demo|check|bench]" >&2
        exit 2
        ;;
    esac
done

case $group in
build) wanted=$build ;;
demo) wanted="$build $demo" ;;
check) wanted="$build $demo $check" ;;
bench) wanted="$build $bench" ;;
esac

command -v dpkg-query >/dev/null || {
    echo "deps: this is no Debian system; install the counterparts of:" $wanted >&2
    exit 1
}

missing=
for package in $wanted; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ $install = no ]; then
    echo "deps: missing packages:$missing" >&2
    echo "deps: install them with: apt-get install --no-install-recommends$missing" >&2
    exit 1
fi

sudo=
if [ "$(id -u)" != 0 ]; then
    sudo=sudo
    command -v sudo >/dev/null || {
        echo "deps: run as root, or install:$missing" >&2
        exit 1
    }
fi
echo "deps: installing$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
if ! $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1; then
    $sudo apt-get update -qq
    # shellcheck disable=SC2086
    $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
