# The apps of a small company, and no web server before them: shop on 3000, old on 3200, api@4001 and api@4002, and pay on 5443, which
# speaks TLS as pay.internal with a certificate of the house's own authority, /etc/ssl/house/ca.pem.
. /lab/own.sh
host shop.test api.test pay.test pay.internal api-1.internal
mkdir -p /srv/house /etc/ssl/house
cat >/srv/house/app.js <<'JS'
const fs = require('fs')
const page = (q, r) => {
  r.setHeader('Cache-Control', 'no-store')
  if (q.url.startsWith('/old')) r.statusCode = 404
  setTimeout(() => r.end(q.url === '/health' ? '{"status":"up"}\n' : 'house\n'), q.url.startsWith('/report') ? 1600 : 0)
}
const [port, name] = process.argv.slice(2)
const dir = '/etc/ssl/house/'
const server = name ? require('https').createServer({ key: fs.readFileSync(dir + name + '.key'), cert: fs.readFileSync(dir + name + '.pem') }, page) : require('http').createServer(page)
server.listen(port, '127.0.0.1')
JS
cd /etc/ssl/house
ec="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
openssl req -x509 $ec -days 3650 -subj '/CN=House CA' -keyout /root/ca.key -out ca.pem 2>/dev/null
openssl req $ec -subj /CN=pay.internal -keyout pay.internal.key -out /root/pay.csr 2>/dev/null
printf 'subjectAltName=DNS:pay.internal\n' >/root/pay.ext
openssl x509 -req -in /root/pay.csr -CA ca.pem -CAkey /root/ca.key -CAcreateserial -days 300 -extfile /root/pay.ext -out pay.internal.pem 2>/dev/null
chown www-data pay.internal.key
cd /
unit shop '/usr/bin/node /srv/house/app.js 3000' User=www-data
unit old '/usr/bin/node /srv/house/app.js 3200' User=www-data
unit pay '/usr/bin/node /srv/house/app.js 5443 pay.internal' User=www-data
printf '[Unit]\nDescription=API %%i\n\n[Service]\nUser=www-data\nExecStart=/usr/bin/node /srv/house/app.js %%i\n\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/api@.service
systemctl daemon-reload
systemctl enable -q --now api@4001 api@4002
for p in 3000 3200 4001 4002 5443; do listening 127.0.0.1:$p; done
