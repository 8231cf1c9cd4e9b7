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
