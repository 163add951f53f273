#!/bin/sh
# Makes the media files that the container check is tested with: a second of colour and sound each, by
# ffmpeg with libx264, libx265, libvpx, libopus and libvorbis. The files are kept, so tests need no ffmpeg.
set -eu
cd "$(dirname "$0")"

make() { # NAME ARGUMENTS...
    name=$1
    shift
    ffmpeg -v error -y -f lavfi -i testsrc=size=64x48:rate=10:duration=2 -f lavfi -i sine=frequency=440:duration=2 \
        -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -threads 1 "$@" "$name"
}

avc="-c:v libx264 -pix_fmt yuv420p -crf 45 -g 10"
aac="-c:a aac -b:a 16k -ar 16000 -ac 1"

make index-last.mp4 $avc -bf 2 $aac
make index-first.mp4 -c:v libx265 -pix_fmt yuv420p -crf 45 -x265-params log-level=none:pools=1 -tag:v hvc1 $aac -movflags +faststart
make fragments.mp4 $avc $aac -movflags +frag_keyframe+empty_moov+default_base_moof
make segments.mp4 $avc -an -movflags +dash+frag_keyframe+global_sidx
make film.mov -c:v mjpeg -q:v 31 -c:a pcm_s16le -ar 8000 -ac 1 -t 0.5
make film.mkv $avc $aac
make live.webm -c:v libvpx -b:v 30k -c:a libopus -b:a 12k -f webm -live 1
make stream.ts $avc $aac -f mpegts
make stream.m2ts $avc -an -mpegts_m2ts_mode 1 -f mpegts
make sound.ogg -vn -c:a libvorbis -ar 16000 -ac 1 -q:a 0
make film.avi -c:v mpeg4 -q:v 31 -c:a libmp3lame -b:a 16k -ar 16000 -ac 1

# two segments of HLS by two encoders that know nothing of each other: all counters begin anew
make one.ts $avc $aac -f mpegts
make two.ts $avc $aac -f mpegts -t 1
cat one.ts two.ts > joined.ts
rm one.ts two.ts
