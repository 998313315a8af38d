#!/usr/bin/env bash
# Applies the plan that was reviewed, and no other.
#
# Usage: apply.sh [FLAG-OF-CXCTL-APPLY...]
#
#   CXCTL_REVIEWED_COMMIT   the commit that was reviewed: the head of the pull request, as fetch-plan.sh finds it
#   CXCTL_PULL_REQUEST      its number, for the audit log
#
# Reads plan.json and plan.bound from $CXCTL_REPORTS, and writes apply.md, apply.html and apply.jsonl (events) to it.
# Refuses, with exit 5, the plan of another commit or of manifests that were not committed, and with exit 6 one that
# was changed. Everything else is cxctl's to judge: it refuses (5) if the merged manifests are not those of the plan,
# if the tenant has changed where the plan writes, if the plan is too old (--max-age) or a guard forbids it.
. "$(dirname "$0")/common.sh"

reviewed=${CXCTL_REVIEWED_COMMIT:-}
is_commit "$reviewed" || fail 5 "refused: nobody said which commit was reviewed (CXCTL_REVIEWED_COMMIT)"
for file in plan.json plan.bound; do
  [[ -f $reports/$file ]] || fail 5 "refused: there is no reviewed plan of $reviewed: $reports/$file is missing"
done
[[ $(bound commit) == "$reviewed" ]] ||
  fail 5 "refused: the plan is of commit $(bound commit), but $reviewed was reviewed; plan again and have it reviewed"
[[ $(bound plan) == "$(sha256 "$reports/plan.json")" ]] ||
  fail 6 "the saved plan is not the one that was made for $reviewed: its digest differs"
[[ $(jq -r .manifests.git.dirty "$reports/plan.json") != true ]] ||
  fail 5 "refused: the plan was made from manifests that were not committed"

status=0
cxctl apply "$reports/plan.json" --markdown "$reports/apply.md" --html "$reports/apply.html" \
  --events "$reports/apply.jsonl" "$@" || status=$?
output exit "$status"
case $status in
  0) say "applied the plan of commit $reviewed" ;;
  4) say "not all of it was applied: see $reports/apply.md; what is missing is in the next plan" ;;
  5) say "refused, and nothing was written: plan the merged commit again, and have that plan reviewed" ;;
  6) say "the saved plan or the audit chain does not verify: find out why before anything is applied" ;;
esac
exit "$status"
