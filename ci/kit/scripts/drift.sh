#!/usr/bin/env bash
# Finds out whether somebody changed the tenant outside of git.
#
# Usage: drift.sh [FLAG-OF-CXCTL-DRIFT...]
#
# Writes drift.md, drift.html and drift.found (`true` or `false`) to $CXCTL_REPORTS; outputs `drift`. Exits with 0
# whether there is drift or not, which issue.sh tells people; else as cxctl does, and then there is no drift.found:
# what could not be found out is no reason to open or to close an issue.
. "$(dirname "$0")/common.sh"

mkdir -p "$reports"
rm -f "$reports"/drift.{found,md,html}
status=0
cxctl drift --markdown "$reports/drift.md" --html "$reports/drift.html" "$@" || status=$?
case $status in
  0) found=false ;;
  2) found=true ;;
  *) exit "$status" ;;
esac
echo "$found" >"$reports/drift.found"
output drift "$found"
