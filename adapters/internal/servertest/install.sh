#!/bin/sh
# Installs the web servers and tools that the tests start, and the C compiler that -race needs, and says which. As root on Debian or Ubuntu;
# GANGPLANK_INSTALL=0 turns it off. Without the servers the tests that need them are skipped by name (with CI=true they fail).
set -eu

# One line each: a file that the package brings, or a pattern of it; the package. The go command needs a C compiler, and what it links
# programs with, for -race only.
missing=$(while read -r pattern package; do set -- $pattern; [ -e "$1" ] || echo "$package"; done <<'END'
/usr/bin/gcc                                gcc
/usr/include/stdlib.h                       libc6-dev
/usr/sbin/nginx                             nginx
/usr/sbin/apache2                           apache2
/usr/lib/apache2/modules/mod_fcgid.so       libapache2-mod-fcgid
/usr/lib/apache2/modules/mod_xsendfile.so   libapache2-mod-xsendfile
/usr/sbin/lighttpd                          lighttpd
/usr/lib/lighttpd/mod_openssl.so            lighttpd-mod-openssl
/usr/bin/wrk                                wrk
/usr/bin/curl                               curl
/usr/bin/systemd-socket-activate            systemd
/usr/bin/spawn-fcgi                         spawn-fcgi
/usr/bin/multiwatch                         multiwatch
/usr/bin/chromium                           chromium
/usr/lib/postgresql/*/bin/postgres          postgresql
/usr/sbin/mariadbd                          mariadb-server
/usr/bin/redis-server                       redis-server
END
)
[ -n "$missing" ] || exit 0
missing=$(echo $missing)

if [ "${GANGPLANK_INSTALL:-1}" = 0 ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "not installed, what needs it is skipped or fails: $missing"
	exit 0
fi

# Debian starts what it installs. The tests start their own servers on free ports: nothing may take port 80 of this machine.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	trap 'rm -f "$policy"' EXIT
	printf '#!/bin/sh\nexit 101\n' > "$policy"
	chmod 755 "$policy"
fi

echo "installing: $missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends $missing
