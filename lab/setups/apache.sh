# Apache runs with the event MPM and its proxy modules, and has no site yet.
. /lab/apache_site.sh
a2dismod -q php8.2 mpm_prefork security2 fcgid >/dev/null
a2enmod -q mpm_event proxy proxy_http proxy_fcgi rewrite headers setenvif >/dev/null
echo 'ServerName lab' >/etc/apache2/conf-enabled/name.conf
systemctl enable -q --now apache2
