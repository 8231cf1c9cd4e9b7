# image NAME PROGRAM-OR-FILE...: /srv/roots/NAME, a root as an image brings it: these files alone, and the libraries that programs load.
. /lab/container.sh
image() {
	image=/srv/roots/$1
	shift
	mkdir -p "$image"/{dev,proc,run,sys,tmp,etc,var/log}
	for file in "$@" /usr/bin/sh /usr/bin/cat /etc/passwd /etc/group /etc/nsswitch.conf; do
		needs "$file" | sort -u | xargs -d '\n' cp -a --parents -t "$image"
	done
	for link in bin sbin lib lib64; do ln -sfn "usr/$link" "$image/$link"; done
	chmod 1777 "$image/tmp"
}
# needs FILE: it, what its links lead to and, for a program, what it loads. The paths are without links of folders: /lib is /usr/lib here.
needs() {
	for file in "$1" $(ldd "$1" 2>/dev/null | grep -o '/[^ )]*'); do
		realpath -s "$(realpath "${file%/*}")/${file##*/}"
		readlink -f "$file"
	done
}
# nginx_image NAME: one of nginx, with the logs that the official image has: links to the container's own output.
nginx_image() {
	image "$1" /usr/sbin/nginx /usr/bin/sed /etc/nginx/mime.types /usr/lib/x86_64-linux-gnu/libnss_files.so.2
	mkdir -p "$image"/{etc/nginx/conf.d,var/log/nginx,var/lib/nginx}
	ln -s /dev/stdout "$image/var/log/nginx/access.log"
	ln -s /dev/stderr "$image/var/log/nginx/error.log"
	cat >"$image/etc/nginx/nginx.conf" <<'END'
user www-data;
worker_processes 1;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;
events { worker_connections 256; }
http {
    include /etc/nginx/mime.types;
    access_log /var/log/nginx/access.log;
    include /etc/nginx/conf.d/*.conf;
}
END
}
# python_image NAME: one of Python.
python_image() {
	image "$1" /usr/bin/python3
	mkdir -p "$image/usr/lib"
	for lib in /usr/lib/python3.*; do cp -a "$lib" "$image/usr/lib/"; done
}
# from NAME CONTAINER [FLAGS] -- COMMAND...: starts a container of that image.
from() { root=/srv/roots/$1 && shift && rootfs=$root started "$@"; }
