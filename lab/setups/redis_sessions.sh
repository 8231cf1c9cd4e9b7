# A PHP site with its sessions in Redis.
. /lab/php.sh
systemctl enable -q --now redis-server
listening 127.0.0.1:6379
{
	echo 'php_value[session.save_handler] = redis'
	echo 'php_value[session.save_path] = "tcp://127.0.0.1:6379"'
} >>$pool
systemctl restart php8.2-fpm
echo '<?php session_start() or throw new RuntimeException("no session"); $_SESSION["n"] = 1; echo "shop\n";' >/var/www/shop/index.php
