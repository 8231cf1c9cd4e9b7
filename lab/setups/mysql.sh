# A PHP site that reads its greeting from MariaDB.
. /lab/php.sh
systemctl enable -q --now mariadb
mariadb -e "CREATE DATABASE shop; CREATE TABLE shop.t (id INT PRIMARY KEY, word VARCHAR(20)) ENGINE=InnoDB; INSERT INTO shop.t VALUES (1, 'shop');
CREATE USER shop@localhost IDENTIFIED BY 'canary-db-secret'; GRANT ALL ON shop.* TO shop@localhost"
cat >/var/www/shop/index.php <<'END'
<?php
$db = new mysqli('localhost', 'shop', 'canary-db-secret', 'shop');
$db->query("UPDATE t SET word = 'shop' WHERE id = 1");
echo $db->query('SELECT word FROM t')->fetch_row()[0], "\n";
END
