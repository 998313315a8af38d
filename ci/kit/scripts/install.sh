#!/usr/bin/env bash
# Installs cxctl from a Debian package that you keep, on Debian 12.
#
# Usage: install.sh
#
#   CXCTL_PACKAGE          the package: an https address, or a file. ci/package makes one
#   CXCTL_PACKAGE_SHA256   its SHA-256: nothing else is installed, wherever it comes from
#   CXCTL_PACKAGE_CACHE    folder in which it is kept (default: a temporary one)
#
# Does nothing if that package is installed. Run as root.
. "$(dirname "$0")/common.sh"

wanted=${CXCTL_PACKAGE_SHA256:?}
[[ $wanted =~ ^[0-9a-f]{64}$ ]] || fail 64 "CXCTL_PACKAGE_SHA256 is no SHA-256: $wanted"
stamp=/var/lib/cxctl-kit.sha256
if [[ -f $stamp && $(<"$stamp") == "$wanted" ]] && command -v cxctl >/dev/null; then exit 0; fi

cache=${CXCTL_PACKAGE_CACHE:-$(mktemp -d)}
mkdir -p "$cache"
package=$cache/cxctl_$wanted.deb
if [[ ! -f $package ]]; then
  case ${CXCTL_PACKAGE:?} in
    https://*) curl --silent --show-error --fail --location --proto '=https' --retry 3 --output "$package" -- "$CXCTL_PACKAGE" ;;
    *) cp -- "$CXCTL_PACKAGE" "$package" ;;
  esac
fi
if [[ $(sha256 "$package") != "$wanted" ]]; then
  rm -f "$package"
  fail 6 "$CXCTL_PACKAGE is not the package that was pinned: its SHA-256 differs from $wanted"
fi
apt-get --quiet update >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes --no-install-recommends install "$(realpath "$package")" >/dev/null
echo "$wanted" >"$stamp"
cxctl version
