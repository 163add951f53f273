#!/bin/sh
# Makes the videos of the demo in ./videos: invented series, a few seconds each, about 20 KB a file.
# Needs ffmpeg with libx264, libvpx-vp9 and drawtext, and the DejaVu fonts. The result is committed:
# run this only to change the demo. All of it together must stay below 400 KB.
set -eu
cd "$(dirname "$0")"
mkdir -p videos
font=/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf

# film FILE PICTURE SERIES TITLE BYTES
film() {
    case "$1" in
        *.webm) codec="-c:v libvpx-vp9 -deadline good -cpu-used 4 -row-mt 0" ;;
        *) codec="-c:v libx264 -preset veryslow -profile:v high -pix_fmt yuv420p" ;;
    esac
    # The bits of the wanted size, spread over six seconds; the container comes on top.
    rate=$(($5 * 8 / 6))
    text="drawtext=fontfile=$font:text='$3':fontcolor=white:fontsize=19:x=(w-tw)/2:y=h*0.40:box=1:boxcolor=black@0.45:boxborderw=7"
    text="$text,drawtext=fontfile=$font:text='$4':fontcolor=white:fontsize=15:x=(w-tw)/2:y=h*0.58:box=1:boxcolor=black@0.45:boxborderw=6"
    for pass in 1 2; do
        # shellcheck disable=SC2086 # the codec is a list of words
        ffmpeg -v error -y -f lavfi -i "$2" -t 6 -vf "$text" -an $codec \
            -b:v "$rate" -threads 1 -pass $pass -passlogfile /tmp/aniworld-demo \
            -metadata title="$3 - $4" -fflags +bitexact -flags:v +bitexact "videos/$1"
    done
    rm -f /tmp/aniworld-demo-*.log /tmp/aniworld-demo-*.log.mbtree
}

sea="gradients=s=320x180:r=12:c0=0x0b2545:c1=0x13a89e:nb_colors=2:speed=0.02:seed"
dusk="gradients=s=320x180:r=12:c0=0x2d1e4f:c1=0xf28f3b:nb_colors=2:speed=0.02:seed"
tea="gradients=s=320x180:r=12:c0=0x5a3d2b:c1=0xe9c46a:nb_colors=2:type=radial:speed=0.02:seed"
moss="gradients=s=320x180:r=12:c0=0x1b4332:c1=0xb7e4c7:nb_colors=2:type=circular:speed=0.02:seed"
club="The Lighthouse Repair Club"
film lighthouse-s01e01.mp4 "$sea=1" "$club" "A Lamp for Every Weather" 22000
film lighthouse-s01e02.mp4 "$sea=2" "$club" "The Fog Ledger" 22000
film lighthouse-s01e03.mp4 "$sea=3" "$club" "Seventeen Gulls" 25000
film lighthouse-s01e04.mp4 "$sea=4" "$club" "The Spare Stairs" 22000
film lighthouse-s02e01.mp4 "$dusk=5" "$club" "Letters to the Mainland" 25000
film lighthouse-s02e02.mp4 "$dusk=6" "$club" "Salt in the Clockwork" 23000
film lighthouse-s02e03.mp4 "$dusk=7" "$club" "The Night Shift Choir" 27000
film lighthouse-s00e01.mp4 "mandelbrot=s=320x180:r=12:end_scale=0.4:end_pts=80" "$club" "How to Paint a Stripe" 28000
tearoom="Tea with the Weather"
film tea-s01e01.mkv "$tea=8" "$tearoom" "Chamomile Front" 20000
film tea-s01e02.mkv "$tea=9" "$tearoom" "Low Pressure Lapsang" 20000
film tea-s01e03.mkv "$tea=10" "$tearoom" "Scones at Dew Point" 24000
film tea-s01e04.mkv "$tea=11" "$tearoom" "An Oolong Eclipse" 24000
express="Moss and Moonlight Express"
film moss-s01e01.webm "$moss=12" "$express" "Platform Zero" 20000
film moss-s01e02.webm "$moss=13" "$express" "The Lichen Timetable" 24000
film moss-s01e03.webm "$moss=14" "$express" "A Ticket for the Owl" 24000
film moss-s01e04.webm "$moss=15" "$express" "Last Stop, Dawn" 25000
