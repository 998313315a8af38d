#!/usr/bin/env bash
# Installs cxctl from a Debian package that you keep, on Debian 12.
#
# Usage: install.sh
#
# ci/kit/package.env, or the environment, say which:
#
#   CXCTL_PACKAGE          the package: an https address, or a file
#   CXCTL_PACKAGE_SHA256   its SHA-256: nothing else is installed, wherever it comes from
#   CXCTL_PACKAGE_CACHE    folder in which it is kept (default: a temporary one)
#
# Does nothing if that package is installed. Run as root. Exits with 6 if the package is another one.
. "$(dirname "$0")/common.sh"

settings=$(dirname "$0")/../package.env
pinned() { sed -n "s/^$1=//p" "$settings"; }
from=${CXCTL_PACKAGE:-$(pinned CXCTL_PACKAGE)}
wanted=${CXCTL_PACKAGE_SHA256:-$(pinned CXCTL_PACKAGE_SHA256)}
[[ -n $from && -n $wanted ]] || fail 64 "which package? Write its address and its SHA-256 into ci/kit/package.env"
[[ $wanted =~ ^[0-9a-f]{64}$ ]] || fail 64 "CXCTL_PACKAGE_SHA256 is no SHA-256: $wanted"
stamp=/var/lib/cxctl-kit.sha256
if [[ -f $stamp && $(<"$stamp") == "$wanted" ]] && command -v cxctl >/dev/null; then exit 0; fi

cache=${CXCTL_PACKAGE_CACHE:-$(mktemp -d)}
mkdir -p "$cache"
package=$cache/cxctl_$wanted.deb
if [[ ! -f $package ]]; then
  case $from in
    https://*) curl --silent --show-error --fail --location --proto '=https' --retry 3 --output "$package" -- "$from" ;;
    *) cp -- "$from" "$package" ;;
  esac
fi
if [[ $(sha256 "$package") != "$wanted" ]]; then
  rm -f "$package"
  fail 6 "$from is not the package that was pinned: its SHA-256 differs from $wanted"
fi
apt-get --quiet update >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes --no-install-recommends install "$(realpath "$package")" >/dev/null
echo "$wanted" >"$stamp"
cxctl version
