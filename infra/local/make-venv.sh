#!/bin/sh
# Makes .venv with the Python that is given. Debian ships the needed ensurepip in a package of its own.
set -eu

python=$1
[ -x .venv/bin/python ] && exit 0
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if ! { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }; then
        echo "error: $python cannot make virtual environments: install $version" >&2
        exit 1
    fi
    install="env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $version"
    $install >/dev/null || { apt-get update -qq && $install >/dev/null; }
fi
"$python" -m venv .venv
