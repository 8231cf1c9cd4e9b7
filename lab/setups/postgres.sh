# The app with an .env file before PostgreSQL.
systemctl enable -q --now postgresql
for _ in $(seq 60); do runuser -u postgres -- psql -qc 'SELECT 1' >/dev/null 2>&1 && break || sleep 0.2; done
cd /
runuser -u postgres -- psql -q <<'END'
CREATE ROLE shop LOGIN PASSWORD 'canary-db-secret';
CREATE DATABASE shop OWNER shop;
END
export PGPASSWORD=canary-db-secret
psql -q -h 127.0.0.1 -U shop shop -c "CREATE TABLE t (id int PRIMARY KEY, word text); INSERT INTO t VALUES (1, 'shop')"
. /lab/env_app.sh
env_app pgsql 5432
