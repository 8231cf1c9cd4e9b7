# A PHP site behind Caddy, with Debian's own pool.
. /lab/caddy.sh
mkdir -p /var/www/shop
echo '<?php echo "shop\n";' >/var/www/shop/index.php
usermod -aG www-data caddy
systemctl enable -q --now php8.2-fpm
caddyfile <<'END'
root * /var/www/shop
php_fastcgi unix//run/php/php8.2-fpm.sock
file_server
END
