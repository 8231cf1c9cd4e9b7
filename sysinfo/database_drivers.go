package sysinfo

import "fix502/sysinfo/late"

// A storeCall is how the drivers of a language are told where a database or a cache is.
type storeCall struct {
	// near are words of which the text has to have one: a call's name alone is many things', and to look for a word costs next to nothing
	near []string
	call late.Regexp
	kind string // "": the address says it
	// what its arguments are by their place, in storeCall's own words; by name they are known by storeNames
	order []string
	class string // what the object was made of that is called, the call's first group
	// lacking is the host where none is given; empty: a socket
	lacking string
	php     bool
	socket  bool // "localhost" is a socket of MySQL
}

// bySocket is the kind of a call that speaks to a cache without a driver: its port says to which.
const bySocket = "by its port"

// plainPorts are those whose protocols are lines of text, which people write by hand.
var plainPorts = map[int]string{6379: "redis", 11211: "memcached"}

var storeCalls = [...]storeCall{
	{near: []string{"mysqli"}, call: late.New(`\b(?:new\s+\\?mysqli|mysqli_connect)\s*\(`), kind: "mysql", order: []string{"host", "user", "password", "name", "port", "socket"}, php: true, lacking: "localhost"},
	{near: []string{"mysqli"}, call: late.New(`\bmysqli_real_connect\s*\(`), kind: "mysql", order: []string{"", "host", "user", "password", "name", "port", "socket"}, php: true, lacking: "localhost"},
	{near: []string{"mysqli"}, call: late.New(`->real_connect\s*\(`), kind: "mysql", order: []string{"host", "user", "password", "name", "port", "socket"}, php: true, lacking: "localhost"},
	{near: []string{"PDO"}, call: late.New(`\bnew\s+\\?PDO\s*\(`), order: []string{"address", "user", "password"}, php: true},
	{near: []string{"pg_"}, call: late.New(`\bpg_p?connect\s*\(`), kind: "postgres", order: []string{"address"}, php: true},
	{near: []string{"Redis"}, call: late.New(`(\$[\w>-]+)\s*->p?connect\s*\(`), kind: "redis", class: "Redis", order: []string{"host", "port"}, php: true},
	{near: []string{"Predis"}, call: late.New(`\bnew\s+\\?Predis\\Client\s*\(`), kind: "redis", order: []string{"address"}, php: true, lacking: "127.0.0.1"},
	{near: []string{"Memcached"}, call: late.New(`(\$[\w>-]+)\s*->addServer\s*\(`), kind: "memcached", class: "Memcached", order: []string{"host", "port"}, php: true},
	{near: []string{"psycopg", "asyncpg"}, call: late.New(`\b(?:psycopg2?|asyncpg)\.(?:connect|create_pool)\s*\(`), kind: "postgres", order: []string{"address"}},
	{near: []string{"psycopg"}, call: late.New(`\bConnectionPool\s*\(`), kind: "postgres", order: []string{"address"}},
	{near: []string{"mysql"}, call: late.New(`\b(?:pymysql|aiomysql)\.(?:connect|create_pool)\s*\(`), kind: "mysql", order: []string{"host", "user", "password", "name", "port"}, lacking: "localhost"},
	{near: []string{"mysql"}, call: late.New(`\bmysql\.connector\.connect\s*\(`), kind: "mysql", lacking: "127.0.0.1"},
	{near: []string{"MySQLdb"}, call: late.New(`\bMySQLdb\.connect\s*\(`), kind: "mysql", order: []string{"host", "user", "password", "name", "port", "socket"}, lacking: "localhost", socket: true},
	{near: []string{"_engine"}, call: late.New(`\bcreate_(?:async_)?engine\s*\(`), order: []string{"address"}},
	{near: []string{"redis"}, call: late.New(`\bredis\.(?:asyncio\.)?(?:Redis|StrictRedis)\s*\(`), kind: "redis", order: []string{"host", "port"}, lacking: "localhost"},
	{near: []string{"redis"}, call: late.New(`\b(?:redis|Redis)\.from_url\s*\(`), kind: "redis", order: []string{"address"}},
	{near: []string{"mysql"}, call: late.New(`\bmysql2?\.create(?:Connection|Pool)\s*\(`), kind: "mysql", order: []string{"address"}, lacking: "localhost"},
	{near: []string{"knex"}, call: late.New(`\b[kK]nex\s*\(|\brequire\(['"]    ['"]\)\s*\(`), order: []string{"address"}, lacking: "localhost"},
	{near: []string{"equelize"}, call: late.New(`\bnew\s+Sequelize\s*\(`), order: []string{"name", "user", "password"}, lacking: "localhost"},
	{near: []string{"typeorm"}, call: late.New(`\bnew\s+DataSource\s*\(`), order: []string{"address"}, lacking: "localhost"},
	{near: []string{"'pg'", `"pg"`}, call: late.New(`\bnew\s+(?:\w+\.)?(?:Pool|Client)\s*\(`), kind: "postgres", order: []string{"address"}, lacking: "localhost"},
	{near: []string{"'redis'", `"redis"`}, call: late.New(`\bcreateClient\s*\(`), kind: "redis", order: []string{"address"}, lacking: "localhost"},
	{near: []string{"'ioredis'", `"ioredis"`}, call: late.New(`\bnew\s+(?:\w+\.)?(?:Io)?Redis\s*\(`), kind: "redis", order: []string{"port", "host"}, lacking: "127.0.0.1"},
	{near: []string{"fsockopen"}, call: late.New(`\bp?fsockopen\s*\(`), kind: bySocket, order: []string{"host", "port"}, php: true},
	{near: []string{"stream_socket_client"}, call: late.New(`\bstream_socket_client\s*\(`), kind: bySocket, order: []string{"host"}, php: true},
	{near: []string{"create_connection"}, call: late.New(`\bsocket\.create_connection\s*\(\s*\(`), kind: bySocket, order: []string{"host", "port"}},
	{near: []string{"DATABASES"}, call: late.New(`\bDATABASES\s*=\s*\{\s*['"]\s*['"]\s*:\s*\{`), socket: true}, // Django's settings
}

// storeNames are what drivers call the parts of an address.
var storeNames = map[string]string{"host": "host", "hostname": "host", "server": "host", "port": "port", "user": "user", "username": "user", "uid": "user",
	"password": "password", "passwd": "password", "pass": "password", "pwd": "password", "auth": "password", "database": "name", "db": "name", "dbname": "name",
	"unix_socket": "socket", "unix_socket_path": "socket", "socketpath": "socket", "path": "socket", "url": "address", "dsn": "address", "connectionstring": "address", "uri": "address", "conninfo": "address", "connection": "address", "service": "service",
	"engine": "engine", "client": "engine", "dialect": "engine", "type": "engine", "name": "name"}
