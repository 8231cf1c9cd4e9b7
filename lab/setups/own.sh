# host NAME..., pool NAME LISTEN [LINE...], phpsite HOST ROOT TARGET: sites with names and folders of their own.
. /lab/site.sh
. /lab/served.sh
host() { for n in "$@"; do printf '127.0.0.1 %s\n' "$n"; done >>/etc/hosts; }

pool() {
	name=$1 address=$2
	shift 2
	id -u "$name" >/dev/null 2>&1 || useradd -r -s /usr/sbin/nologin "$name"
	{
		printf '[%s]\nuser = %s\ngroup = %s\nlisten = %s\nlisten.owner = www-data\nlisten.group = www-data\n' "$name" "$name" "$name" "$address"
		printf 'pm = ondemand\npm.max_children = 4\n'
		[ $# = 0 ] || printf '%s\n' "$@"
	} >"/etc/php/8.2/fpm/pool.d/$name.conf"
}

phpsite() {
	mkdir -p "$2"
	echo '<?php if (isset($_GET["s"])) sleep((int) $_GET["s"]); echo "open\n";' >"$2/index.php"
	cat >"/etc/nginx/conf.d/$1.conf" <<END
server {
    listen 80;
    listen [::]:80;
    server_name $1 www.$1;
    root $2;
    index index.php;

    location / {
        try_files \$uri \$uri/ /index.php\$is_args\$args;
    }

    location ~ \.php\$ {
        include fastcgi_params;
        fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
        fastcgi_pass $3;
    }
}
END
}
