# caddyfile < LINES: Caddy on port 80 with the shop's site made of these lines, the way Debian runs it.
. /lab/site.sh
caddyfile() {
	{
		printf 'http://shop.test {\n'
		sed 's/^/\t/'
		printf '}\n'
	} >/etc/caddy/Caddyfile
	systemctl enable -q caddy
	systemctl restart caddy
	listening :80
}

# reconfigure SED-EXPRESSION: changes the Caddyfile and loads it.
reconfigure() {
	sed -i "$1" /etc/caddy/Caddyfile
	systemctl reload caddy
	sleep 0.5
}
