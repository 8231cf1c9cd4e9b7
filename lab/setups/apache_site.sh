# The words of the shop's scripts, for Apache in nginx's place.
. /lab/site.sh

# site NAME < LINES: a virtual host on port 80, the way Debian lays it out, with logs of its own.
site() {
	{
		printf '<VirtualHost *:80>\n\tServerName %s.test\n\tDocumentRoot /var/www/%s\n' "$1" "$1"
		printf '\tErrorLog ${APACHE_LOG_DIR}/%s.error.log\n\tCustomLog ${APACHE_LOG_DIR}/%s.access.log combined\n\n' "$1" "$1"
		sed 's/^/\t/'
		printf '</VirtualHost>\n'
	} >"/etc/apache2/sites-available/$1.conf"
	mkdir -p "/var/www/$1"
	ln -sf "../sites-available/$1.conf" /etc/apache2/sites-enabled/
}

# reload: Apache with its new files, and no child left that would still take a visitor with the old ones.
reload() {
	master=$(cat /run/apache2/apache2.pid)
	old=$(pgrep -P "$master" apache2 | sort)
	systemctl reload apache2
	patiently other_children || { echo 'Apache kept its old children' && return 1; }
}

other_children() {
	new=$(pgrep -P "$master" apache2 | sort)
	[ -n "$new" ] && [ -z "$(comm -12 <(echo "$old") <(echo "$new"))" ]
}

# edit SED-EXPRESSION: changes the shop's virtual host and loads it.
edit() {
	sed -i "$1" /etc/apache2/sites-available/shop.conf
	reload
}

