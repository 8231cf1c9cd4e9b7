# A PHP site with Debian's own pool.
. /lab/nginx.sh
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
echo '<?php sleep((int) $_GET["s"]); echo "slept\n";' >/var/www/shop/sleep.php
pool=/etc/php/8.2/fpm/pool.d/www.conf
systemctl enable -q --now php8.2-fpm
reload
