#!/usr/bin/env bash
# Finds the pull request that was merged as HEAD, and fetches the plan that was reviewed there.
#
# Usage: fetch-plan.sh
#
#   CXCTL_PLAN_NAME         the artifact's name (default: cxctl-plan); in GitLab the job's
#   CXCTL_REVIEWED_COMMIT   if set: the plan of this commit, whatever was merged (GitHub)
#
# Writes plan.json, plan.bound and what else was stored to $CXCTL_REPORTS, and the file `reviewed` with the variables
# that apply.sh wants; outputs `commit` and `pull-request`. Refuses, with exit 5, what was pushed without a pull request
# and a pull request that has no plan, or comes from a fork. Needs the forge's token, and no secret of the tenant.
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/forge.sh"

head=$(git rev-parse HEAD)
commit=${CXCTL_REVIEWED_COMMIT:-} number=
if [[ -z $commit ]]; then
  found=$(merged "$head")
  commit=${found% *} number=${found#* }
  [[ -n $commit ]] || fail 5 "refused: $head was not merged by a pull request of this repository: nobody reviewed a plan"
fi
is_commit "$commit" || fail 5 "refused: no commit: $commit"
address=$(artifact "${CXCTL_PLAN_NAME:-cxctl-plan}" "$commit" "$number")
[[ -n $address ]] || fail 5 "refused: there is no plan of commit $commit${number:+, pull request $number}"

rm -rf "$reports"
mkdir -p "$reports"
archive=$(mktemp)
trap 'rm -f "$archive"' EXIT
ask GET "$address" --output "$archive"
unzip -q -o -j -d "$reports" "$archive" || fail 6 "the stored plan cannot be unpacked"
printf 'CXCTL_REVIEWED_COMMIT=%s\nCXCTL_PULL_REQUEST=%s\n' "$commit" "$number" >"$reports/reviewed"
output commit "$commit"
output pull-request "$number"
say "the plan of commit $commit is in $reports"
