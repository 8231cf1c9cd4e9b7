# hard UNIT LINE...: a hardening drop-in of these lines for a service, loaded, and the service started with it.
hard() {
	of=$1
	shift
	mkdir -p "/etc/systemd/system/$of.service.d"
	printf '%s\n' '[Service]' "$@" >"/etc/systemd/system/$of.service.d/hardening.conf"
	systemctl daemon-reload
	systemctl restart "$of" || true
	sleep 1
}
