# Ten sites on three gateways: nginx on 80, Apache on 8080, HAProxy on 8081.
. /lab/php.sh
for n in 1 2 3; do
	mkdir -p /var/www/n$n && echo "<?php echo 'n$n';" >/var/www/n$n/index.php
	sed "s|server_name .*|server_name n$n.test;|; s|/var/www/shop|/var/www/n$n|; s|shop\.|n$n.|g" /etc/nginx/sites-available/shop >/etc/nginx/sites-available/n$n
	ln -sf ../sites-available/n$n /etc/nginx/sites-enabled/
	echo "127.0.0.1 n$n.test a$n.test h$n.test" >>/etc/hosts
done
reload
sed -i 's|^Listen 80$|Listen 8080|' /etc/apache2/ports.conf
a2enmod -q proxy_fcgi setenvif >/dev/null
for n in 1 2 3; do
	mkdir -p /var/www/a$n && echo "<?php echo 'a$n';" >/var/www/a$n/index.php
	cat >/etc/apache2/sites-available/a$n.conf <<END
<VirtualHost *:8080>
    ServerName a$n.test
    DocumentRoot /var/www/a$n
    <FilesMatch \.php$>
        SetHandler "proxy:unix:/run/php/php8.2-fpm.sock|fcgi://a$n"
    </FilesMatch>
    DirectoryIndex index.php
    ErrorLog /var/log/apache2/a$n.log
</VirtualHost>
END
	a2ensite -q a$n >/dev/null
done
systemctl enable -q apache2
systemctl restart apache2
sed -i '/^frontend/,$d' /etc/haproxy/haproxy.cfg
{
	printf '\nfrontend web\n\tbind *:8081\n'
	for n in 1 2 3; do printf '\tuse_backend app%s if { hdr(host) -i h%s.test:8081 }\n' $n $n; done
	for n in 1 2 3; do printf '\nbackend app%s\n\tserver app 127.0.0.1:300%s\n' $n $n; done
} >>/etc/haproxy/haproxy.cfg
for n in 1 2 3; do
	mkdir -p /srv/h$n && echo h$n >/srv/h$n/index.html
	unit h$n "/usr/bin/python3 -m http.server 300$n --bind 127.0.0.1 --directory /srv/h$n" User=nobody
done
systemctl enable -q haproxy
systemctl restart haproxy
for n in 1 2 3; do listening 127.0.0.1:300$n; done
