#!/bin/sh
# From a bare Debian machine to a playable ladder: installs what is missing, builds the release
# preset, starts the server and runs the main job with curl, boto3 and `mockets transcode`.
#
#   sh cmake/demo.sh [--no-install] [--serve]
#
# --serve   keep the server in the foreground afterwards, until Ctrl-C
set -eu
cd "$(dirname "$0")/.."

install=
serve=no
for word; do
    case $word in
    --no-install) install=--no-install ;;
    --serve) serve=yes ;;
    *)
        echo "usage: sh cmake/demo.sh [--no-install] [--serve]" >&2
        exit 2
        ;;
    esac
done

say() {
    printf '\n== %s\n' "$*"
}

say "Packages"
# shellcheck disable=SC2086
sh cmake/deps.sh $install demo
echo "all there"

say "Build (preset release)"
mkdir -p build
{ cmake --preset release -DMOCKETS_TESTS=ON && cmake --build --preset release --target mockets clip; } \
    >build/demo.log 2>&1 || { tail -n 40 build/demo.log; exit 1; }
mockets=$PWD/build/release/mockets
clip=$PWD/build/release/tests/support/clip
"$mockets" version

work=$PWD/build/demo
rm -rf "$work"
mkdir -p "$work"
server=
stop() {
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
        server=
    fi
}
trap stop EXIT
trap 'exit 130' INT TERM

say "Server"
data=$work/mockets-data
port=5000
if ! /usr/bin/python3 -c 'import socket; s = socket.socket(); s.setsockopt(1, 2, 1); s.bind(("127.0.0.1", 5000))' 2>/dev/null; then
    echo "port 5000 is taken: using a free one instead"
    port=0
fi
mkfifo "$work/ready"
"$mockets" serve --listen 127.0.0.1:$port --data "$data" >"$work/ready" 2>"$work/serve.log" &
server=$!
if ! read -r line <"$work/ready" || [ -z "$line" ]; then
    cat "$work/serve.log" >&2
    exit 1
fi
echo "$line"
url=${line##* }

say "Input: 12 s of 1280x720 with stereo sound"
"$clip" "$work/clip.mp4" --size 1280x720 --rate 30 --seconds 12 --audio 2
cp "$work/clip.mp4" "$data/buckets/input/path_to_input_file_1"
cp "$work/clip.mp4" "$data/buckets/input/path_to_input_file"
ls -l "$data/buckets/input"

say "The job with curl"
rm -f "$work/ready"
cat >"$work/job.json" <<'JSON'
{"Inputs":[{"Key":"path_to_input_file_1"}],"Outputs":[{"Key":"path_to_input_file_1_av720p","PresetId":"preset-id","SegmentDuration":"3"},{"Key":"path_to_input_file_1_av480p","PresetId":"preset-id","SegmentDuration":"3"},{"Key":"path_to_input_file_1_av360p","PresetId":"preset-id","SegmentDuration":"3"}],"Playlists":[{"Name":"myplaylist","Format":"HLSv3","OutputKeys":["path_to_input_file_1_av720p","path_to_input_file_1_av480p","path_to_input_file_1_av360p"]}]}
JSON
id=$(curl -sS --fail-with-body -H 'Content-Type: application/json' -d @"$work/job.json" \
    "$url/2012-09-25/jobs" | /usr/bin/python3 -c 'import json, sys; print(json.load(sys.stdin)["Job"]["Id"])')
/usr/bin/python3 cmake/demo.py wait "$url" "$id"

say "The same with boto3"
/usr/bin/python3 cmake/demo.py boto3 "$url"

say "The same without a server: mockets transcode"
"$mockets" transcode "$work/clip.mp4" --output "$work/transcoded" \
    --preset 1351620000002-000720=av720p --preset 1351620000002-000480=av480p \
    --preset 1351620000002-000360=av360p --playlist myplaylist=HLSv3 --segment-duration 3

say "What came out"
(cd "$data/buckets/output" && find . -type f ! -path './.mockets/*' | sed 's,^\./,output/,' | sort)
(cd "$work/transcoded" && find . -type f ! -path './.mockets/*' | sed 's,^\./,transcoded/,' | sort)

say "The renditions, read back from the files"
/usr/bin/python3 cmake/demo.py describe "$data/buckets/output" "$work/transcoded"

say "Play it"
echo "files:  ${work#"$PWD"/}/mockets-data/buckets/output and ${work#"$PWD"/}/transcoded"
echo "server: $url/_mockets/files/output/myplaylist.m3u8"
if [ $serve = yes ]; then
    echo "the server goes on; Ctrl-C ends it"
    trap - INT
    trap 'kill "$server" 2>/dev/null' INT TERM
    wait "$server" || true
    server=
else
    echo "        (while it runs: sh cmake/demo.sh --serve)"
fi
