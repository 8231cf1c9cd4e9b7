# Apache runs with the event MPM and its proxy modules, and has no site yet.
. /lab/apache_site.sh
cd /etc/apache2/mods-enabled # what a2dismod and a2enmod do, without half a second of perl
rm -f {php8.2,mpm_prefork,security2,fcgid}.{load,conf}
ln -sf ../mods-available/{mpm_event,proxy,proxy_http,proxy_fcgi,rewrite,headers}.load ../mods-available/{mpm_event,proxy}.conf .
cd - >/dev/null
echo 'ServerName lab' >/etc/apache2/conf-enabled/name.conf
systemctl enable -q --now apache2
