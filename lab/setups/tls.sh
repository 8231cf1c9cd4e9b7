# nginx before a node app that speaks HTTPS on shop.internal:8443.
. /lab/proxied.sh
. /lab/https_app.sh
proxied https://shop.internal:8443
