#!/usr/bin/env bash
# Plans, and saves the plan for review.
#
# Usage: plan.sh [FLAG-OF-CXCTL-PLAN...]
#
#   CXCTL_COMMIT     the commit that is reviewed (default: HEAD): a forge may check out a trial merge of it
#
# Writes to $CXCTL_REPORTS: plan.json (the saved plan), plan.bound (which commit it is of, and its digest), plan.md and
# plan.html. Outputs `differences`. Exits with 0 whether there are differences or not, else as cxctl does: 3 if the
# manifests are invalid, 1 if the tenant cannot be asked; plan.md tells that, too.
. "$(dirname "$0")/common.sh"

commit=${CXCTL_COMMIT:-$(git rev-parse HEAD)}
is_commit "$commit" || fail 64 "CXCTL_COMMIT is no commit: $commit"
mkdir -p "$reports"
rm -f "$reports"/plan.{json,bound,md,html}

status=0
cxctl plan --detailed-exitcode -o "$reports/plan.json" --markdown "$reports/plan.md" --html "$reports/plan.html" "$@" ||
  status=$?
case $status in
  0) output differences false ;;
  2) output differences true ;;
  *) rm -f "$reports/plan.json"; exit "$status" ;;
esac
printf 'commit=%s\nplan=%s\n' "$commit" "$(sha256 "$reports/plan.json")" >"$reports/plan.bound"
say "the plan of commit $commit is in $reports"
