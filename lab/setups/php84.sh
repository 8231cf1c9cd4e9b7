# A PHP site with Debian 13's own pool.
. /lab/nginx.sh
site shop <<'END'
location / {
    try_files $uri $uri/ /index.php?$args;
}

location ~ \.php$ {
    include snippets/fastcgi-php.conf;
    fastcgi_pass unix:/run/php/php8.4-fpm.sock;
}
END
echo '<?php echo "shop\n";' >/var/www/shop/index.php
pool=/etc/php/8.4/fpm/pool.d/www.conf
systemctl enable -q --now php8.4-fpm
reload
