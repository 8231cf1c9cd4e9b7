# The app with an .env file before PostgreSQL.
. /lab/site.sh
systemctl enable -q --now postgresql
postgres_answers
cd /
runuser -u postgres -- psql -q <<'END'
CREATE ROLE shop LOGIN PASSWORD 'canary-db-secret';
CREATE DATABASE shop OWNER shop;
END
export PGPASSWORD=canary-db-secret
psql -q -h 127.0.0.1 -U shop shop -c "CREATE TABLE t (id int PRIMARY KEY, word text); INSERT INTO t VALUES (1, 'shop')"
. /lab/env_app.sh
env_app pgsql 5432
