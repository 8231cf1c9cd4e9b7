# Apache in front of a node app on 127.0.0.1:3000, a service called shop.
. /lab/apache.sh
mkdir -p /srv/shop
cat >/srv/shop/server.js <<'END'
const http = require('http')
http.createServer((req, res) => res.end('shop\n')).listen(3000, '127.0.0.1')
END
unit shop '/usr/bin/node /srv/shop/server.js' User=www-data
site shop <<'END'
ProxyPreserveHost On
ProxyPass / http://127.0.0.1:3000/
ProxyPassReverse / http://127.0.0.1:3000/
END
reload
listening 127.0.0.1:3000
