# A PHP site on a Debian that OpenRC boots.
. /lab/site.sh
rc-update -q add nginx default
rc-update -q add php8.2-fpm default
rc-service -q nginx start
site shop <<'END'
location / {
    try_files $uri $uri/ /index.php?$args;
}

location ~ \.php$ {
    include snippets/fastcgi-php.conf;
    fastcgi_pass unix:/run/php/php8.2-fpm.sock;
}
END
echo '<?php echo "shop\n";' >/var/www/shop/index.php
pool=/etc/php/8.2/fpm/pool.d/www.conf
rc-service -q php8.2-fpm start
reload
