# A node app that speaks HTTPS on shop.internal:8443, a service called shop, and no web server before it.
. /lab/site.sh
. /lab/certificate.sh
echo '127.0.0.1 shop.internal' >>/etc/hosts
cat >/srv/shop/server.js <<'END'
const https = require('https')
const fs = require('fs')
const options = { key: fs.readFileSync('/srv/shop/key.pem'), cert: fs.readFileSync('/srv/shop/cert.pem') }
const server = https.createServer(options, (req, res) => res.end('shop\n'))
server.listen(8443, '127.0.0.1')
END
unit shop '/usr/bin/node /srv/shop/server.js' User=www-data
listening 127.0.0.1:8443
