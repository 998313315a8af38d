#!/usr/bin/env bash
# Shows a report on the pull request: as a new comment, or in place of the earlier report of its kind.
#
# Usage: comment.sh REPORT.md
#
#   CXCTL_PULL_REQUEST   its number
#
# Does nothing without a report, or a pull request. Needs the forge's token, and no secret of the tenant.
. "$(dirname "$0")/common.sh"

file=${1:?usage: comment.sh REPORT.md}
if [[ ! -s $file ]]; then say "there is no $file: nothing to show"; exit 0; fi
number=${CXCTL_PULL_REQUEST:-}
if [[ -z $number ]]; then say "there is no pull request to comment on"; exit 0; fi
[[ $number =~ ^[0-9]+$ ]] || fail 64 "CXCTL_PULL_REQUEST is no number: $number"
. "$(dirname "$0")/forge.sh"
comment "$number" "$file"
