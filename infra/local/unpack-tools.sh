#!/bin/sh
# unpack-tools.sh FOLDER: programs of Debian's packages (pgbouncer, promtool, nginx, caddy, kubectl), for the tests
# that need them. They are unpacked and not installed: nothing is started, and no root is needed. Never
# fails: without them those tests are skipped.
folder=$1
missing=
command -v pgbouncer >/dev/null || [ -x "$folder/usr/sbin/pgbouncer" ] || missing="pgbouncer"
command -v promtool >/dev/null || [ -x "$folder/usr/bin/promtool" ] || missing="$missing prometheus"
command -v nginx >/dev/null || [ -x "$folder/usr/sbin/nginx" ] || missing="$missing nginx"
command -v caddy >/dev/null || [ -x "$folder/usr/bin/caddy" ] || missing="$missing caddy"
command -v kubectl >/dev/null || [ -x "$folder/usr/bin/kubectl" ] || missing="$missing kubernetes-client"
[ "$missing" ] || exit 0
command -v apt-get >/dev/null && command -v dpkg >/dev/null || exit 0
if [ "$(id -u)" = 0 ]; then root=env; elif sudo -n true 2>/dev/null; then root="sudo env"; else root=false; fi

libraries() {
    case $missing in *pgbouncer*) apt-cache depends pgbouncer | sed -n 's/.*Depends: \(lib\(c-ares\|cares\|event\).*\)/\1/p' ;; esac
}
download() { apt-get download -qq $missing $(libraries); }

mkdir -p "$folder/packages" && cd "$folder/packages" || exit 0
download >/dev/null 2>&1 || { $root apt-get update -qq && download; } >/dev/null 2>&1 ||
    echo "These could not be had, so their tests are skipped: $missing" >&2
for package in *.deb; do
    [ -e "$package" ] && dpkg -x "$package" .. && rm "$package"
done
exit 0
