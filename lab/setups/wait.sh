# patiently COMMAND...: until it succeeds, for half a minute; a machine whose disk or neighbours are busy starts slowly.
patiently() {
	local end=$((SECONDS + 30))
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
}

# listening ADDRESS: waits until something does; a port, a [v6]:port or a path.
listening() {
	patiently listed "$1" || { echo "nothing listens on $1" && return 1; }
}

listed() { ss -Hlnxt | grep -qF "$1 "; }

# answers URL: waits until a visitor gets a page there.
answers() { patiently curl -sf -o /dev/null -m 5 "$1"; }

postgres_answers() { patiently runuser -u postgres -- psql -qc 'SELECT 1' >/dev/null 2>&1; }

# systemctl: what is enabled gets its links, and systemd is not made to read all units again, which takes it a tenth of a second; a unit that it
# does not know yet it reads when it starts it (SYSTEMD_OFFLINE in systemd's ENVIRONMENT.md).
systemctl() {
	case "$*" in
	*' rsyslog'*) command systemctl "$@" ;; # its socket asks for syslog.service, which is a link of this kind
	'enable -q --now '*) shift 3 && systemctl enable -q "$@" && command systemctl start "$@" ;;
	'enable -q '*) SYSTEMD_OFFLINE=1 command systemctl "$@" ;;
	*) command systemctl "$@" ;;
	esac
}
