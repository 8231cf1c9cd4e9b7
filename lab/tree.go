package lab

// A tree is what a kind of machine is made of.
type tree struct {
	Suite    string // Debian's
	Init     string // the packages that boot it
	Packages string // what the faults need; a changed list makes a new tree
	Settle   string // shell, after the packages are in
	Up       string // a command that says "running" or "degraded" once the machine has booted
}

// trees by name. bookworm is the one that faults start from unless they say otherwise.
var trees = map[string]tree{
	"bookworm": {
		Suite: "bookworm", Init: "systemd,systemd-sysv,dbus", Up: "systemctl is-system-running",
		Packages: "nginx php-fpm php-mysql gunicorn uwsgi uwsgi-plugin-python3 nodejs fcgiwrap " +
			"nftables iptables fail2ban python3-systemd openssl acl jq curl iproute2 procps psmisc python3 logrotate socat tmux " +
			"apache2 libapache2-mod-fcgid libapache2-mod-security2 haproxy varnish caddy rsyslog " +
			"mariadb-server postgresql php-pgsql php-redis redis-server memcached supervisor wordpress podman crun " +
			"ufw firewalld ipset tomcat10 puma python3-uvicorn modsecurity-crs",
		Settle: quiet,
	},
	"trixie": { // nginx 1.26, PHP 8.4
		Suite: "trixie", Init: "systemd,systemd-sysv,dbus", Up: "systemctl is-system-running",
		Packages: "nginx php-fpm nodejs gunicorn psmisc python3 procps iproute2",
		Settle:   quiet,
	},
	"openrc": { // Debian without systemd
		Suite: "bookworm", Init: "sysvinit-core,sysv-rc", Packages: "openrc sysvinit-core systemd-standalone-tmpfiles nginx php-fpm psmisc procps iproute2",
		Settle: `
for service in nginx php8.2-fpm; do rc-update -q del $service default 2>/dev/null || true; done
printf 'id:2:initdefault:\nsi::sysinit:/sbin/openrc sysinit\nl2:2:wait:/sbin/openrc default\nup:2:once:/bin/sh -c "echo running >/run/lab-up"\n' >/etc/inittab
`,
		Up: "cat /run/lab-up",
	},
}

// settle leaves a machine on which nothing runs that a fault did not ask for.
const settle = `
apt-get clean && rm -rf /var/lib/apt/lists/*
rm -f /etc/nginx/sites-enabled/default /etc/fail2ban/jail.d/defaults-debian.conf /etc/apache2/sites-enabled/000-default.conf
printf '127.0.0.1 localhost lab shop.test blog.test\n::1 localhost ip6-localhost\n' >/etc/hosts
echo lab >/etc/hostname && : >/etc/machine-id && mkdir -p /lab
rm /usr/sbin/policy-rc.d
`

// quiet is the part of it that systemd does.
const quiet = `
for unit in nginx php8.2-fpm php8.4-fpm uwsgi fail2ban nftables fcgiwrap.service fcgiwrap.socket phpsessionclean.timer \
	apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer logrotate.timer \
	systemd-timesyncd systemd-networkd-wait-online apache2 apache-htcacheclean haproxy varnish varnishncsa caddy rsyslog \
	mariadb postgresql redis-server memcached supervisor ufw firewalld tomcat10; do systemctl disable -q $unit 2>/dev/null || true; done
mkdir -p /etc/systemd/system.conf.d
printf '[Manager]\nDefaultTimeoutStartSec=20s\nDefaultTimeoutStopSec=5s\n' >/etc/systemd/system.conf.d/lab.conf
`
