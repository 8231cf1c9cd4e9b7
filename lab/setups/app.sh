# A node app on 127.0.0.1:3000, a service called shop, and no web server before it.
. /lab/site.sh
mkdir -p /srv/shop
cat >/srv/shop/server.js <<'END'
const http = require('http')
const app = (req, res) => {
  if (req.url === '/crash') throw new Error('boom')
  if (req.url === '/up') { res.statusCode = 404; return res.end('no such page\n') }
  res.end('shop\n')
}
http.createServer(app).listen(3000, '127.0.0.1')
END
unit shop '/usr/bin/node /srv/shop/server.js' User=www-data
listening 127.0.0.1:3000
