# A node app on 127.0.0.1:3000, a service called shop.
. /lab/proxied.sh
mkdir -p /srv/shop
cat >/srv/shop/server.js <<'END'
const http = require('http')
const app = (req, res) => {
  if (req.url === '/crash') throw new Error('boom')
  res.end('shop\n')
}
http.createServer(app).listen(3000, '127.0.0.1')
END
unit shop '/usr/bin/node /srv/shop/server.js' User=www-data
proxied http://127.0.0.1:3000
listening 127.0.0.1:3000
