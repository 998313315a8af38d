# What the scripts of the kit share. Sourced, not run.
#
#   CXCTL_TENANT     the Tenant document, as for cxctl itself
#   CXCTL_REPORTS    folder for what the scripts write and hand on to each other (default: cxctl-reports)
# shellcheck shell=bash
set -euo pipefail
shopt -s inherit_errexit  # else a failure within $(…) goes on

reports=${CXCTL_REPORTS:-cxctl-reports}
me=$(basename "$0" .sh)

say() { printf '%s: %s\n' "$me" "$*" >&2; }
# fail EXIT-CODE WORD...
fail() {
  local code=$1
  shift
  say "$@"
  exit "$code"
}
# output NAME VALUE: for later steps in GitHub Actions.
output() { if [[ -n ${GITHUB_OUTPUT:-} ]]; then printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; fi; }
# is_commit TEXT
is_commit() { [[ $1 =~ ^[0-9a-f]{40}([0-9a-f]{24})?$ ]]; }
sha256() { sha256sum -- "$1" | cut -d' ' -f1; }
# bound NAME: a value of plan.bound.
bound() { sed -n "s/^$1=//p" "$reports/plan.bound"; }

# In a container the work tree belongs to somebody else, which git refuses unless it is told.
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
