# A puma app on 127.0.0.1:9292 with two workers, a service called shop.
. /lab/proxied.sh
mkdir -p /srv/shop
cat >/srv/shop/config.ru <<'END'
run ->(env) { [200, { "content-type" => "text/plain" }, ["shop\n"]] }
END
cat >/srv/shop/puma.rb <<'END'
bind "tcp://127.0.0.1:9292"
workers 2
worker_timeout 6
END
unit shop '/usr/bin/puma -C /srv/shop/puma.rb /srv/shop/config.ru' User=www-data WorkingDirectory=/srv/shop
proxied http://127.0.0.1:9292
listening 127.0.0.1:9292
