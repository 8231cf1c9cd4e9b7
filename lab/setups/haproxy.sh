# fronted TARGET [LINE...]: HAProxy on port 80, the way Debian sets it up, with the shop at TARGET.
. /lab/site.sh
fronted() {
	target=$1
	shift
	sed -i '/^frontend/,$d' /etc/haproxy/haproxy.cfg
	{
		printf '\nfrontend web\n\tbind *:80\n\tdefault_backend shop\n\n'
		printf 'backend shop\n\tserver app1 %s\n' "$target"
		[ $# = 0 ] || printf '\t%s\n' "$@"
	} >>/etc/haproxy/haproxy.cfg
	systemctl enable -q haproxy
	systemctl restart haproxy
	listening 0.0.0.0:80
}

# config SED-EXPRESSION: changes HAProxy's configuration and loads it.
config() {
	sed -i "$1" /etc/haproxy/haproxy.cfg
	systemctl reload haproxy
	sleep 0.5
}
