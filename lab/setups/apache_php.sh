# A PHP site of Apache's with Debian's own pool and Debian's own configuration of it.
. /lab/apache.sh
a2enconf -q php8.2-fpm >/dev/null
site shop <<'END'
DirectoryIndex index.php
END
echo '<?php echo "shop\n";' >/var/www/shop/index.php
echo '<?php sleep((int) $_GET["s"]); echo "slept\n";' >/var/www/shop/sleep.php
pool=/etc/php/8.2/fpm/pool.d/www.conf
systemctl enable -q --now php8.2-fpm
reload
