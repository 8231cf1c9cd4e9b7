# Apache before an app that speaks HTTP/2 without TLS on 127.0.0.1:50051, as gRPC servers do.
. /lab/apache.sh
mkdir -p /srv/shop
cat >/srv/shop/server.js <<'END'
const http2 = require('http2')
const server = http2.createServer()
server.on('stream', (stream) => {
  stream.respond({ ':status': 200, 'content-type': 'text/plain' })
  stream.end('shop\n')
})
server.listen(50051, '127.0.0.1')
END
unit shop '/usr/bin/node /srv/shop/server.js' User=www-data
a2enmod -q http2 proxy_http2 >/dev/null
site shop <<'END'
ProxyPass / h2c://127.0.0.1:50051/
END
reload
listening 127.0.0.1:50051
