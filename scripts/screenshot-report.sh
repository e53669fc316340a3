#!/bin/sh
# Draws a report as an analyst sees it: screenshot-report.sh REPORT.html OUT.png [WIDTH [HEIGHT]]
set -eu
report=$(realpath "$1")
out=$(realpath -m "$2")
width=${3:-1440}
height=${4:-2000}
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
# A window of Chromium is never narrower than 500 px, so a phone is drawn in a frame of its width.
page=$profile/page.html
cat > "$page" <<HTML
<!doctype html><style>body{margin:0}iframe{border:0;width:${width}px;height:${height}px;display:block}</style>
<iframe src="file://$report"></iframe>
HTML
chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars \
    --user-data-dir="$profile" --window-size="$width,$height" --screenshot="$out" "file://$page" \
    2> "$profile/log" || { cat "$profile/log" >&2; exit 1; }
