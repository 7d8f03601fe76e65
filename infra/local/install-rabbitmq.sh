#!/bin/sh
# Installs Debian's RabbitMQ without starting a broker for the whole system, neither now nor at the next boot.
# Run as root. policy-rc.d is what Debian's packages ask before they start a service.
set -eu

policy=/usr/sbin/policy-rc.d
saved=$policy.before-gleaner
units="rabbitmq-server.service epmd.socket epmd.service"

known() { systemctl list-unit-files "$1" 2>/dev/null | grep -q "^$1"; }

restore() {
    rm -f "$policy"
    if [ -e "$saved" ] || [ -L "$saved" ]; then mv "$saved" "$policy"; fi
}

new=
for unit in $units; do known "$unit" || new="$new $unit"; done

if [ -e "$policy" ] || [ -L "$policy" ]; then mv "$policy" "$saved"; fi
trap restore EXIT
trap 'exit 1' INT TERM HUP
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
install="apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 rabbitmq-server"
$install || { apt-get update -qq && $install; }

for unit in $new; do systemctl disable --quiet "$unit" 2>/dev/null || true; done
