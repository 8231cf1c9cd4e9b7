. /lab/wait.sh

# site NAME < LOCATIONS: a virtual host on port 80, the way Debian lays it out, with logs of its own.
site() {
	{
		printf 'server {\n    listen 80;\n    listen [::]:80;\n    server_name %s.test;\n' "$1"
		printf '    root /var/www/%s;\n    index index.php index.html;\n\n' "$1"
		printf '    access_log /var/log/nginx/%s.access.log;\n    error_log /var/log/nginx/%s.error.log;\n\n' "$1" "$1"
		sed 's/^/    /'
		printf '}\n'
	} >"/etc/nginx/sites-available/$1"
	ln -sf "/etc/nginx/sites-available/$1" /etc/nginx/sites-enabled/
	mkdir -p "/var/www/$1"
}

# reload: nginx with its new files, and no worker left that would still take a visitor with the old ones.
reload() {
	master=$(cat /run/nginx.pid)
	old=$(pgrep -P "$master" -f 'worker process *$' || true)
	nginx -s reload
	patiently other_workers || { echo 'nginx kept its old workers' && return 1; }
}

other_workers() {
	new=$(pgrep -P "$master" -f 'worker process *$' || true)
	[ -n "$new" ] && ! grep -qxF "$old" <<<"$new"
}

# edit SED-EXPRESSION: changes the shop's virtual host and loads it.
edit() {
	sed -i "$1" /etc/nginx/sites-available/shop
	reload
}

# get [PATH]: one visitor of the shop, whatever comes of it.
get() { curl -s -o /dev/null -m 10 "http://shop.test${1:-/}" || true; }

# unit NAME COMMAND [LINE...]: a service of the admin's own, started now and at boot.
unit() {
	name=$1 command=$2 file=/etc/systemd/system/$1.service
	shift 2
	! [ -e "$file" ] || changed=$name
	{
		printf '[Unit]\nDescription=%s\n\n[Service]\nExecStart=%s\n' "$name" "$command"
		[ $# = 0 ] || printf '%s\n' "$@"
		printf '\n[Install]\nWantedBy=multi-user.target\n'
	} >"$file"
	[ "$changed" != "$name" ] || systemctl daemon-reload
	systemctl enable -q --now "$name"
}
