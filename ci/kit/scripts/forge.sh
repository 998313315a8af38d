# GitHub and GitLab, as far as the kit needs them. Sourced, not run; needs curl and jq.
#
#   GitHub     GITHUB_API_URL, GITHUB_REPOSITORY (set by Actions), CXCTL_FORGE_TOKEN, and CXCTL_FORGE_USER, who the
#              token speaks as (default: github-actions[bot])
#   GitLab     CI_API_V4_URL, CI_PROJECT_ID (set by CI), CXCTL_FORGE_TOKEN (a project access token)
#
# Only what the token's own user wrote is ever updated: a comment of somebody else that has the marker could be changed
# back by them.
# shellcheck shell=bash
if [[ -n ${GITHUB_REPOSITORY:-} ]]; then
  forge=github root=${GITHUB_API_URL:-https://api.github.com}/repos/$GITHUB_REPOSITORY
elif [[ -n ${CI_PROJECT_ID:-} ]]; then
  forge=gitlab root=${CI_API_V4_URL:?}/projects/$CI_PROJECT_ID
else
  fail 64 "there is no forge: neither GITHUB_REPOSITORY nor CI_PROJECT_ID is set"
fi
[[ -n ${CXCTL_FORGE_TOKEN:-} ]] || fail 64 "CXCTL_FORGE_TOKEN is not set"
[[ $CXCTL_FORGE_TOKEN =~ ^[A-Za-z0-9._=~+/-]+$ ]] || fail 64 "CXCTL_FORGE_TOKEN has characters that no token has"

# ask METHOD URL [CURL-OPTION...]: the answer on standard output. The token is on no command line.
ask() {
  local method=$1 url=$2
  shift 2
  curl --config <(printf 'header = "Authorization: Bearer %s"\n' "$CXCTL_FORGE_TOKEN") --silent --show-error --fail \
    --location --max-time 60 --retry 3 --request "$method" "$@" -- "$url" ||
    fail 1 "$method ${url#"$root"} failed: see above; may the token do that?"
}
# send METHOD PATH: what is on standard input, JSON, to there. A POST is not repeated: it could write twice.
send() {
  local retries=3
  if [[ $1 == POST ]]; then retries=0; fi
  ask "$1" "$root$2" --header 'Content-Type: application/json' --data-binary @- --output /dev/null --retry "$retries"
}
# list PATH: one JSON array of all pages.
list() {
  local page=1 items address="$root$1?"
  if [[ $1 == *\?* ]]; then address="$root$1&"; fi
  while :; do
    items=$(ask GET "${address}per_page=100&page=$page")
    printf '%s' "$items"
    [[ $(jq length <<<"$items") -eq 100 ]] || break
    page=$((page + 1))
  done | jq --slurp 'add // []'
}
# Who the token speaks as: a filter on what was written.
mine() {
  if [[ $forge == github ]]; then
    jq --arg me "${CXCTL_FORGE_USER:-github-actions[bot]}" 'map(select(.user.login == $me))'
  else
    local me
    me=$(ask GET "${CI_API_V4_URL}/user" | jq .id)
    jq --argjson me "$me" 'map(select(.author.id == $me))'
  fi
}
# marked FILE: the first of the items whose text begins with the file's marker; nothing if there is none. A report that
# could not read the tenant has a marker without its name, and is updated by the next one that could.
marked() {
  local marker bare
  marker=$(head -n 1 "$1")
  [[ $marker =~ ^'<!-- cxctl '([a-z]+)( [a-z0-9-]+)?' -->'$ ]] || fail 64 "$1 is no report of cxctl: it has no marker"
  bare="<!-- cxctl ${BASH_REMATCH[1]} -->"
  jq --arg marker "$marker" --arg bare "$bare" --arg kind "<!-- cxctl ${BASH_REMATCH[1]} " \
    'map(. + {text: (.body // .description // "")} | select(.text | startswith($marker) or startswith($bare) or
      ($marker == $bare and startswith($kind)))) | first // empty'
}

# --- comments on a pull request ---

comments_path() { if [[ $forge == github ]]; then echo "/issues/$1/comments"; else echo "/merge_requests/$1/notes"; fi; }
# comment NUMBER FILE: writes it, or updates the earlier one.
comment() {
  local path id
  path=$(comments_path "$1")
  id=$(list "$path" | mine | marked "$2" | jq -r .id)
  if [[ -z $id ]]; then
    jq --null-input --rawfile body "$2" '{body: $body}' | send POST "$path"
    say "commented on $1"
  elif [[ $forge == github ]]; then
    jq --null-input --rawfile body "$2" '{body: $body}' | send PATCH "/issues/comments/$id"
    say "updated comment $id on $1"
  else
    jq --null-input --rawfile body "$2" '{body: $body}' | send PUT "$path/$id"
    say "updated comment $id on $1"
  fi
}

# --- the issue that tells of drift ---

issue_of() {
  if [[ $forge == github ]]; then
    list "/issues?state=open&labels=cxctl-drift" | mine | marked "$1" | jq -r .number
  else
    list "/issues?state=opened&labels=cxctl-drift" | mine | marked "$1" | jq -r .iid
  fi
}
# open_issue TITLE FILE: opens it, or updates the one that is open.
open_issue() {
  local number
  number=$(issue_of "$2")
  local text=body labels='["cxctl-drift"]' change=PATCH
  if [[ $forge == gitlab ]]; then text=description labels='"cxctl-drift"' change=PUT; fi
  if [[ -z $number ]]; then
    jq --null-input --rawfile text "$2" --arg title "$1" --argjson labels "$labels" \
      "{title: \$title, $text: \$text, labels: \$labels}" | send POST /issues
    say "opened an issue"
  else
    jq --null-input --rawfile text "$2" "{$text: \$text}" | send "$change" "/issues/$number"
    say "updated issue $number"
  fi
}
# close_issue FILE: if one is open. FILE, a report without drift, becomes its text.
close_issue() {
  local number
  number=$(issue_of "$1")
  [[ -n $number ]] || return 0
  if [[ $forge == github ]]; then
    jq --null-input --rawfile text "$1" '{body: $text, state: "closed"}' | send PATCH "/issues/$number"
  else
    jq --null-input --rawfile text "$1" '{description: $text, state_event: "close"}' | send PUT "/issues/$number"
  fi
  say "closed issue $number"
}

# --- the plan that was reviewed ---

# merged COMMIT: `HEAD-COMMIT NUMBER` of the pull request that was merged as the commit; nothing if there is none, or
# if it came from a fork.
merged() {
  if [[ $forge == github ]]; then
    list "/commits/$1/pulls" | jq -r --arg commit "$1" 'map(select(.merged_at != null and .merge_commit_sha == $commit and
      .head.repo.id == .base.repo.id)) | first // empty | "\(.head.sha) \(.number)"'
  else
    list "/repository/commits/$1/merge_requests" | jq -r --arg commit "$1" 'map(select(.state == "merged" and
      (.merge_commit_sha == $commit or .squash_commit_sha == $commit or .sha == $commit) and
      .source_project_id == .target_project_id)) | first // empty | "\(.sha) \(.iid)"'
  fi
}
# artifact NAME HEAD-COMMIT NUMBER: the address of the newest plan; nothing if there is none. A fork may run a workflow
# on the same commit: what it uploads does not count.
artifact() {
  if [[ $forge == github ]]; then
    ask GET "$root/actions/artifacts?per_page=100&name=$1-$2" | jq -r --arg commit "$2" --arg root "$root" \
      '.artifacts | map(select((.expired | not) and .workflow_run.head_sha == $commit and
        .workflow_run.head_repository_id == .workflow_run.repository_id))
      | max_by(.created_at) // empty | "\($root)/actions/artifacts/\(.id)/zip"'
    return
  fi
  local pipelines pipeline job
  pipelines=$(list "/merge_requests/$3/pipelines" | jq -r 'sort_by(-.id)[].id')
  for pipeline in $pipelines; do
    job=$(list "/pipelines/$pipeline/jobs" | jq -r --arg name "$1" \
      'map(select(.name == $name and .status == "success")) | max_by(.id) // empty | .id')
    if [[ -n $job ]]; then echo "$root/jobs/$job/artifacts"; return; fi
  done
}
