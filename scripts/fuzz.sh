#!/bin/sh
# Fuzzes the decoder wrapper and the readers of fingerprints, each for SECONDS (60 unless told).
# Needs cargo-fuzz (`cargo install cargo-fuzz`) and a C++ compiler. Without a sanitizer it runs on stable Rust: the
# library has no unsafe code of its own, so what is looked for are panics, hangs and floods of memory.
# usage: scripts/fuzz.sh [SECONDS] [FOLDER with pictures to start from]
set -eu
seconds=${1:-60}
pictures=${2:-}
# As an absolute path, before the change of folder.
[ -z "$pictures" ] || pictures=$(cd "$pictures" && pwd)
cd "$(dirname "$0")/../fuzz"
mkdir -p corpus/decode corpus/fingerprint_text
if [ -n "$pictures" ]; then
    find "$pictures" -type f -size -64k -exec cp -n {} corpus/decode/ \;
fi
for target in decode fingerprint_text; do
    cargo fuzz run --sanitizer none "$target" -- \
        -max_total_time="$seconds" -rss_limit_mb=512 -timeout=20 -max_len=65536 -print_final_stats=1
done
