# A real WordPress, installed into MariaDB, its settings in wp-config.php.
. /lab/php.sh
systemctl enable -q --now mariadb
mariadb -e "CREATE DATABASE wp; CREATE USER wp@localhost IDENTIFIED BY 'canary-db-secret'; GRANT ALL ON wp.* TO wp@localhost"
rm -rf /var/www/shop
cp -rL /usr/share/wordpress /var/www/shop
cat >/var/www/shop/wp-config.php <<'END'
<?php
define( 'DB_NAME', 'wp' );
define( 'DB_USER', 'wp' );
define( 'DB_PASSWORD', 'canary-db-secret' );
define( 'DB_HOST', 'localhost' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'DISABLE_WP_CRON', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'WP_SITEURL', 'http://shop.test' );
define( 'WP_HOME', 'http://shop.test' );
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
END
curl -s -o /dev/null -m 60 'http://shop.test/wp-admin/install.php?step=2' -d 'weblog_title=shop&user_name=admin&admin_email=admin@shop.test&admin_password=canary-Admin-1&admin_password2=canary-Admin-1&pw_weak=1&blog_public=0'
