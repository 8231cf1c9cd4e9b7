# env_app DRIVER PORT: a PHP app in /srv/shop/public that has its settings from /srv/shop/.env, as Laravel has, and answers
# 503 when its database does not let it in. The database itself is for others to make.
. /lab/php.sh
env_app() {
	mkdir -p /srv/shop/public
	cat >/srv/shop/.env <<END
APP_NAME=shop
DB_CONNECTION=$1
DB_HOST=127.0.0.1
DB_PORT=$2
DB_DATABASE=shop
DB_USERNAME=shop
DB_PASSWORD="canary-db-secret"
END
	chgrp www-data /srv/shop/.env
	chmod 640 /srv/shop/.env
	cat >/srv/shop/public/index.php <<'END'
<?php
$env = parse_ini_file('/srv/shop/.env', false, INI_SCANNER_RAW);
try {
    $db = new PDO("$env[DB_CONNECTION]:host=$env[DB_HOST];port=$env[DB_PORT];dbname=$env[DB_DATABASE]", $env['DB_USERNAME'], $env['DB_PASSWORD']);
} catch (PDOException $e) {
    http_response_code(503);
    exit("the shop is closed\n");
}
$db->exec("UPDATE t SET word = 'shop' WHERE id = 1");
echo $db->query('SELECT word FROM t')->fetchColumn(), "\n";
END
	sed -i 's|root /var/www/shop|root /srv/shop/public|' /etc/nginx/sites-available/shop
	reload
}
