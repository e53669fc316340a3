#!/usr/bin/env bash
# Has systemd look at the example units; the program's path is one that is there on every machine.
set -euo pipefail
cd "$(dirname "$0")/../docs/systemd"
command -v systemd-analyze >/dev/null || { echo "skipped: no systemd-analyze here"; exit 0; }
units=$(mktemp -d)
trap 'rm -r "$units"' EXIT
sed 's#^ExecStart=[^ ]*#ExecStart=/bin/true#' touchstone-scan.service >"$units/touchstone-scan.service"
cp touchstone-scan.timer "$units"
systemd-analyze verify "$units"/touchstone-scan.{service,timer}
systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' touchstone-scan.timer)" | sed -n 1p
echo "both units verify"
