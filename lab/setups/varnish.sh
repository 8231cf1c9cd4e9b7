# cached PORT: Varnish on port 80 before an app on that port of 127.0.0.1.
. /lab/site.sh
cached() {
	printf 'vcl 4.1;\n\nbackend default {\n    .host = "127.0.0.1";\n    .port = "%s";\n}\n' "$1" >/etc/varnish/default.vcl
	mkdir -p /etc/systemd/system/varnish.service.d
	printf '[Service]\nExecStart=\nExecStart=/usr/sbin/varnishd -j unix,user=vcache -F -a :80 -T localhost:6082 -f /etc/varnish/default.vcl -S /etc/varnish/secret -s malloc,32m\n' >/etc/systemd/system/varnish.service.d/port.conf
	systemctl daemon-reload
	systemctl enable -q varnish
	systemctl restart varnish
	listening :80
}
