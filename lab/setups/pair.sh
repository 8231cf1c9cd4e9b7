# Two copies of an app, pair@7011 and pair@7012, that nothing caches, and no web server before them.
. /lab/site.sh
mkdir -p /srv/pair
cat >/srv/pair/pair.js <<'END'
const http = require('http')
http.createServer((q, r) => r.writeHead(200, { 'Cache-Control': 'no-store' }).end('pair\n')).listen(process.argv[2], '127.0.0.1')
END
printf '[Service]\nUser=www-data\nExecStart=/usr/bin/node /srv/pair/pair.js %%i\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/pair@.service
systemctl daemon-reload
systemctl enable -q --now pair@7011 pair@7012
listening 127.0.0.1:7011
listening 127.0.0.1:7012

# in_turn: four visitors, and whether all of them got the page.
in_turn() {
	for _ in 1 2 3 4; do
		curl -sf -o /dev/null -m 10 http://shop.test/ || return 1
	done
}
