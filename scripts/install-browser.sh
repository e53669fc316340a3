#!/bin/sh
# Installs the browser that scripts/screenshot-report.sh draws the report with (Debian, Ubuntu).
# The program and its tests need none.
set -eu
apt-get update
apt-get install -y --no-install-recommends chromium fonts-noto-core fonts-noto-cjk
