#!/usr/bin/env bash
# Tells people of drift: opens one issue for the tenant, or updates the one that is open, and closes it when the drift
# is gone. The issue has the label cxctl-drift.
#
# Usage: issue.sh        after drift.sh
#
# Does nothing if drift.sh could not find out. Needs the forge's token, and no secret of the tenant.
. "$(dirname "$0")/common.sh"

[[ -f $reports/drift.found ]] || fail 1 "nobody knows whether there is drift: drift.sh did not end well"
. "$(dirname "$0")/forge.sh"
if [[ $(<"$reports/drift.found") == true ]]; then
  tenant=$(sed -n '1s/^<!-- cxctl drift \([a-z0-9-]*\) -->$/\1/p' "$reports/drift.md")
  open_issue "Drift on the tenant ${tenant:-}: somebody changed it outside of git" "$reports/drift.md"
else
  close_issue "$reports/drift.md"
fi
