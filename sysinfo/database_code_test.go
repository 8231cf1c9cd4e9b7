package sysinfo

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestStoresThatCodeConnectsTo(t *testing.T) {
	for name, tt := range map[string]struct{ file, text, want string }{
		"mysqli":                         {"a.php", "<?php\n$db = new mysqli('localhost', 'amber', 'ca,n\\'ary', \"shop\");\n", "mysql unix:/run/mysqld/mysqld.sock amber/shop ca,n'ary at 2"},
		"mysqli with a port":             {"a.php", "<?php $db = @mysqli_connect(\n  '127.0.0.1', // here\n  'amber', 'canary', 'shop', 3307);\n", "mysql 127.0.0.1:3307 amber/shop canary at 2"},
		"mysqli with names":              {"a.php", "<?php\n$host = 'db.lan';\n$c = ['user' => 'amber', 'pw' => \"canary\"];\ndefine('DB_NAME', 'shop');\nnew \\mysqli($host, $c['user'], $c['pw'], DB_NAME);", "mysql db.lan:3306 amber/shop canary at 2"},
		"mysqli and an array":            {"a.php", "<?php\n$c = ['host' => 'localhost', 'user' => 'amber', 'pass' => 'canary', 'db' => 'shop'];\n$db = new mysqli($c['host'], $c['user'], $c['pass'], $c['db']);", "mysql unix:/run/mysqld/mysqld.sock amber/shop canary at 2"},
		"mysqli, beside mail":            {"a.php", "<?php\n$c = ['mail' => ['host' => 'm.lan', 'user' => 'm'], 'db' => array('host' => '10.0.0.7', 'user' => 'amber', 'pass' => 'canary', 'name' => 'shop')];\n$d = $c['db'];\nnew mysqli($d['host'], $c['db']['user'], $d['pass'], $d['name']);", "mysql 10.0.0.7:3306 amber/shop canary at 2"},
		"mysqli, of one of two arrays":   {"a.php", "<?php\n$c = ['live' => ['host' => 'a'], 'test' => ['host' => 'b']];\n$d = $c['live']; if ($x) { $d = $c['test']; }\nnew mysqli($d['host'], 'u', 'p', 'd');", ""},
		"PDO and a line for each":        {"a.php", "<?php\n$cfg['db']['host'] = '10.0.0.7';\n$cfg['mail']['host'] = 'm.lan';\n$cfg['db']['name'] = 'shop';\nnew PDO(\"mysql:host={$cfg['db']['host']};dbname={$cfg['db']['name']}\", 'amber', 'canary');", "mysql 10.0.0.7:3306 amber/shop canary at 2"},
		"mysqli, one of two hosts":       {"a.php", "<?php\nif ($x) { $host = 'a'; } else { $host = 'b'; }\nnew mysqli($host, 'u', 'p', 'd');", ""},
		"mysqli in a comment":            {"a.php", "<?php\n// new mysqli('localhost', 'u', 'p', 'd');\n# new mysqli('localhost', 'u', 'p', 'd');\n/* new mysqli('h', 'u', 'p', 'd'); */\n", ""},
		"mysqli from elsewhere":          {"a.php", "<?php\nnew mysqli($_SERVER['DB_HOST'], 'u', 'p', 'd');", ""},
		"mysqli, kept":                   {"a.php", "<?php\nnew mysqli('p:localhost', 'u', 'p', 'd');", "mysql unix:/run/mysqld/mysqld.sock u/d p at 2"},
		"mysqli, default of a parameter": {"a.php", "<?php\nfunction db($host = 'localhost', $pass = 'p') {\n return new mysqli($host, 'u', $pass, 'd');\n}", ""},
		"mysqli, half a name":            {"a.php", "<?php\n$host = 'db'; $host .= '.lan';\nnew mysqli($host, 'u', 'p', 'd');", ""},
		"mysqli, two branches":           {"a.php", "<?php\n$db = $dev ? new mysqli('localhost', 'u', 'p', 'd') : new mysqli('localhost', 'u', 'q', 'd');", "mysql unix:/run/mysqld/mysqld.sock u/d p at 0"},
		"mysqli, two branches far apart": {"a.php", "<?php\n$db = $dev ? new mysqli('localhost', 'u', 'p', 'd') : new mysqli('db.lan', 'u', 'q', 'd');", ""},
		"mysqli, the same in both":       {"a.php", "<?php\n$db = $x ? new mysqli('h', 'u', 'p', 'd') : new mysqli('h', 'u', 'p', 'd');", "mysql h:3306 u/d p at 2"},
		"PDO, one of two is not known":   {"a.php", "<?php\n$db = $dev ? new PDO('mysql:host=h;dbname=d', 'u', 'p') : new PDO($dsn, $u, $p);", ""},
		"PDO":                            {"a.php", "<?php\n$db = new PDO('mysql:host=127.0.0.1;port=3307;dbname=shop;charset=utf8', 'amber', 'canary', [PDO::ATTR_TIMEOUT => 2]);", "mysql 127.0.0.1:3307 amber/shop canary at 2"},
		"PDO with names":                 {"a.php", "<?php\n$h = 'localhost'; $n = 'shop'; $u = 'amber'; $p = 'canary';\n$db = new PDO(\"pgsql:host=$h;dbname={$n}\", $u, $p);", "postgres localhost:5432 amber/shop canary at 2"},
		"PDO joined":                     {"a.php", "<?php\nconst H = '10.0.0.7';\n$db = new PDO('mysql:host=' . H . ';dbname=shop', 'amber', 'canary');", "mysql 10.0.0.7:3306 amber/shop canary at 2"},
		"PDO with a socket":              {"a.php", "<?php\n$db = new PDO('mysql:unix_socket=/tmp/m.sock;dbname=shop', 'amber', 'canary');", "mysql unix:/tmp/m.sock amber/shop canary at 2"},
		"PDO of SQLite":                  {"a.php", "<?php $db = new PDO('sqlite:/srv/a.db');", ""},
		"pg_connect":                     {"a.php", "<?php\npg_connect(\"host=localhost dbname=shop user=amber password='ca nary'\");", "postgres localhost:5432 amber/shop ca nary at 2"},
		"Redis":                          {"a.php", "<?php\n$r = new Redis();\n$r->connect('127.0.0.1', 6380);", "redis 127.0.0.1:6380 /  at 3"},
		"Redis and another":              {"a.php", "<?php\n$r = new Redis();\n$r->connect('127.0.0.1', 6380);\n$ftp->connect('ftp.lan', 21);", "redis 127.0.0.1:6380 /  at 3"},
		"Memcached by hand":              {"a.php", "<?php\n$m = @fsockopen('127.0.0.1', 11211, $no, $why, 2);\n", "memcached 127.0.0.1:11211 /  at 2"},
		"Redis by hand":                  {"a.php", "<?php\n$m = stream_socket_client('tcp://127.0.0.1:6379');\n", "redis 127.0.0.1:6379 /  at 2"},
		"Redis by hand in Python":        {"a.py", "s = socket.create_connection((\"127.0.0.1\", 6379), 1)\n", "redis 127.0.0.1:6379 /  at 1"},
		"mail by hand":                   {"a.php", "<?php\nfsockopen('127.0.0.1', 25);\n", ""},
		"psycopg2":                       {"a.py", "import psycopg2\ndb = psycopg2.connect(host='127.0.0.1', dbname='shop', user='amber', password='canary')\n", "postgres 127.0.0.1:5432 amber/shop canary at 2"},
		"psycopg2 with words":            {"a.py", "db = psycopg2.connect(\"dbname=shop user=amber\")\n", "postgres unix:/var/run/postgresql/.s.PGSQL.5432 amber/shop  at 1"},
		"psycopg2 with an address":       {"a.py", "DSN = 'postgresql://amber:canary@localhost/shop'\ndb = psycopg2.connect(DSN)\n", "postgres localhost:5432 amber/shop canary at 1"},
		"psycopg2 and a service":         {"a.py", "db = psycopg2.connect('service=shop user=amber')\n", ""},
		"pymysql, default":               {"a.py", "def db(host='127.0.0.1'):\n  return pymysql.connect(host=host, user='u', password='p')\n", ""},
		"pymysql":                        {"a.py", "db = pymysql.connect(\n    host='localhost',\n    user='amber', password='canary', database='shop')\n", "mysql localhost:3306 amber/shop canary at 2"},
		"environment":                    {"a.py", "db = pymysql.connect(host=os.environ.get('DB_HOST', '127.0.0.1'), user=os.environ['DB_USER'], password='canary', db='shop')\n", "mysql 127.0.0.1:3306 amber/shop canary at 1"},
		"environment, unset":             {"a.py", "db = pymysql.connect(host=os.environ['DB_NOWHERE'], user='u', password='p', db='d')\n", ""},
		"Django":                         {"a.py", "DATABASES = {\n  'default': {\n    'ENGINE': 'django.db.backends.postgresql',\n    'NAME': 'shop', 'USER': 'amber', 'PASSWORD': 'canary',\n    'HOST': '127.0.0.1', 'PORT': '5433',\n  }\n}\n", "postgres 127.0.0.1:5433 amber/shop canary at 5"},
		"Django and SQLite":              {"a.py", "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE / 'db.sqlite3'}}\n", ""},
		"Python's Redis":                 {"a.py", "import redis\nr = redis.Redis(host='127.0.0.1', port=6379, db=0, password='canary')\n", "redis 127.0.0.1:6379 /0 canary at 2"},
		"node and MySQL":                 {"a.js", "const db = mysql.createPool({ host: '127.0.0.1', user: 'amber', password: 'canary', database: 'shop', connectionLimit: 5 })\n", "mysql 127.0.0.1:3306 amber/shop canary at 1"},
		"node and PostgreSQL":            {"a.js", "const { Pool } = require('pg')\nconst pool = new Pool({\n  connectionString: 'postgres://amber:canary@127.0.0.1:5432/shop',\n})\n", "postgres 127.0.0.1:5432 amber/shop canary at 3"},
		"node's own variables":           {"a.js", "const { Pool } = require('pg')\nconst pool = new Pool()\n", ""},
		"node and another client":        {"a.js", "const pg = require('pg'), { Client } = require('@elastic/elasticsearch')\nnew Client({ node: 'http://127.0.0.1:9200' })\n", ""},
		"ioredis":                        {"a.js", "const Redis = require('ioredis')\nconst r = new Redis('redis://10.0.0.7:6380')\n", "redis 10.0.0.7:6380 /  at 2"},
		"Python, an array":               {"a.py", "DB = dict(host='10.0.0.7', user='amber', password='canary', database='shop')\ndb = pymysql.connect(**DB, autocommit=True)\n", "mysql 10.0.0.7:3306 amber/shop canary at 1"},
		"Python, an array in another":    {"a.py", "MAIL = {'host': 'm.lan'}\nconf = {'db': {'host': '10.0.0.7', 'user': 'amber', 'passwd': 'canary', 'db': 'shop'}}\ndb = pymysql.connect(**conf['db'])\n", "mysql 10.0.0.7:3306 amber/shop canary at 2"},
		"Python, an array of elsewhere":  {"a.py", "db = pymysql.connect(**load())\n", ""},
		"Python, filled in":              {"a.py", "HOST = '10.0.0.7'\ne = create_engine(f'mysql+pymysql://amber:canary@{HOST}/shop')\n", "mysql 10.0.0.7:3306 amber/shop canary at 2"},
		"Python, the environment last":   {"a.py", "e = create_engine('mysql+pymysql://amber:canary@10.0.0.7/' + os.environ['DB_USER'])\n", "mysql 10.0.0.7:3306 amber/amber canary at 1"},
		"Python, half filled in":         {"a.py", "e = create_engine(f'mysql+pymysql://amber:canary@{os.environ[\"H\"]}/shop')\n", ""},
		"Python, an INI by its sections": {"a.py", "x = ['db' => ['host' => '10.0.0.7','user' => 'amber','pw' => 'canary',],];\ndb = pymysql.connect(host=c.get('db', 'host'), port=c.getint('db', 'port', fallback=3307), user=c.get('db', 'user'), password=c.get('db', 'pw'), db='shop')\n", "mysql 10.0.0.7:3307 amber/shop canary at 1"},
		"node, an object":                {"a.js", "const config = { port: 3000, db: { host: '10.0.0.7', user: 'amber', password: 'canary', database: 'shop' } }\nconst mysql = require('mysql2')\nconst p = mysql.createPool(config.db)\n", "mysql 10.0.0.7:3306 amber/shop canary at 1"},
		"node, an object and more":       {"a.js", "const db = { host: '10.0.0.7', user: 'amber', password: 'canary', database: 'shop' }\nmysql.createPool({ ...db, port: 3307 })\n", "mysql 10.0.0.7:3307 amber/shop canary at 1"},
		"node, a half-known object":      {"a.js", "const db = { host: pick(), user: 'amber', database: 'shop' }\nmysql.createPool(db)\n", ""},
		"knex":                           {"a.js", "const knex = require('knex')({ client: 'mysql2', connection: { host: '10.0.0.7', user: 'amber', password: 'canary', database: 'shop' } })\n", "mysql 10.0.0.7:3306 amber/shop canary at 1"},
		"knex and an object":             {"a.js", "const Knex = require('knex')\nconst db = { host: '10.0.0.7', user: 'amber', password: 'canary', database: 'shop' }\nKnex({ client: 'pg', connection: db })\n", "postgres 10.0.0.7:5432 amber/shop canary at 2"},
		"Sequelize":                      {"a.js", "const s = new Sequelize('shop', 'amber', 'canary', { host: 'localhost', dialect: 'mariadb' })\n", "mysql localhost:3306 amber/shop canary at 1"},
		"Sequelize and an address":       {"a.js", "const s = new Sequelize('postgres://amber:canary@10.0.0.7/shop', { logging: false })\n", "postgres 10.0.0.7:5432 amber/shop canary at 1"},
		"TypeORM":                        {"a.ts", "import { DataSource } from 'typeorm'\nnew DataSource({ type: 'postgres', host: '10.0.0.7', port: 5432, username: 'amber', password: 'canary', database: 'shop' })\n", "postgres 10.0.0.7:5432 amber/shop canary at 2"},
		"node and Redis":                 {"a.js", "const redis = require('redis')\nconst c = redis.createClient({ socket: { host: '127.0.0.1', port: 6380 } })\n", "redis 127.0.0.1:6380 /  at 2"},
	} {
		tree := NewMemoryTree(time.Unix(0, 0))
		v := codeValues{set: map[string]placed{}}
		if !strings.HasSuffix(tt.file, ".php") {
			v.env = map[string]placed{"DB_USER": {"amber", Place{File: "/env", Line: 1}}}
		}
		var got []string
		for _, s := range certain(readStores([]codeText{readCode("/"+tt.file, tt.text)}, v)) {
			s.settle(tree.Root())
			got = append(got, fmt.Sprintf("%s %s %s/%s %s at %d", s.Kind, s.Address(), s.User, s.Name, s.password.text(), s.Where.Line))
		}
		if all := strings.Join(slices.Compact(got), "; "); all != tt.want {
			t.Errorf("%s: got %q, want %q", name, all, tt.want)
		}
	}
}

func TestCodeTakesAWholeFileOfSettings(t *testing.T) {
	settings := readCode("/etc/a.json", `{"host": "10.0.0.7", "user": "amber", "password": "canary", "database": "shop"}`)
	for text, known := range map[string]bool{
		"import json\nconf = json.load(open('/etc/a.json'))\ndb = pymysql.connect(**conf)\n":                                             true,
		"with open('/etc/a.json') as f:\n    conf = json.load(f)\ndb = pymysql.connect(**conf)\n":                                        true,
		"conf = other()\ndb = pymysql.connect(**conf)\n":                                                                                 false,
		"const c = JSON.parse(fs.readFileSync('/etc/a.json', 'utf8'))\nconst p = mysql.createPool(c)\n":                                  true,
		"const p = mysql.createPool({ ...defaults, connectionLimit: 5 })\n":                                                              false,
		"mysql.createConnection(require('/etc/a.json'))\n":                                                                               true,
		"mysql.createConnection({ ...require('/etc/a.json'), connectionLimit: 3 })\n":                                                    true,
		"mysql.createConnection(require('/etc/a.json').db)\n":                                                                            false,
		"const c = require('/etc/a.json').db\nmysql.createConnection(c)\n":                                                               false,
		"const c = require('/etc/a.json')\nconst p = mysql.createConnection(c)\n":                                                        true,
		"const all = require('/etc/a.json')\nconst host = all.host\nmysql.createPool({ host, user: 'amber', password: all.password })\n": true,
	} {
		got := certain(readStores([]codeText{readCode("/srv/a.py", text), settings}, codeValues{set: map[string]placed{}, env: map[string]placed{}}))
		if known != (len(got) == 1 && got[0].Host == "10.0.0.7" && got[0].password.text() == "canary" && got[0].Where.File == "/etc/a.json") {
			t.Errorf("%s: got %v, want it known: %v", text, got, known)
		}
	}
}

func TestCodeTakesAPartOfAFileOfSettings(t *testing.T) {
	settings := readCode("/etc/a.json", `{"host": "m", "user": "mail", "db": {"host": "10.0.0.7", "user": "amber", "password": "canary", "database": "shop"}}`)
	for text, known := range map[string]bool{
		"mysql.createPool(require('/etc/a.json').db)\n":                                                                                        true,
		"mysql.createPool({ ...require('/etc/a.json').db, connectionLimit: 3 })\n":                                                             true,
		"const c = require('/etc/a.json').db\nmysql.createPool(c)\n":                                                                           true,
		"const db = require('/etc/a.json')['db'];\nmysql.createPool(db);\n":                                                                    true,
		"const c = JSON.parse(fs.readFileSync('/etc/a.json', 'utf8')).db\nmysql.createPool(c)\n":                                               true,
		"const { db } = require('/etc/a.json')\nmysql.createPool(db)\n":                                                                        true,
		"const c = require('/etc/a.json')?.db\nmysql.createPool({ host: c.host, user: c.user, database: c.database, password: c.password })\n": true,
		"db = pymysql.connect(**json.load(open('/etc/a.json'))['db'])\n":                                                                       true,
		"mysql.createPool(require('/etc/a.json').mail)\n":                                                                                      false,
		"mysql.createPool(pick('/etc/a.json'))\n":                                                                                              false,
	} {
		got := certain(readStores([]codeText{readCode("/srv/a.js", text), settings}, codeValues{set: map[string]placed{}, env: map[string]placed{}}))
		if known != (len(got) == 1 && got[0].Host == "10.0.0.7" && got[0].User == "amber" && got[0].password.text() == "canary") || !known && len(got) > 0 {
			t.Errorf("%s: got %v, want it known: %v", text, got, known)
		}
	}
}

func TestFilesThatCodeTakesIn(t *testing.T) {
	for text, want := range map[string]string{
		`<?php require 'db.php';`:                                "/srv/a/public/db.php",
		`<?php require_once(__DIR__ . "/../inc/db.php");`:        "/srv/a/inc/db.php",
		`<?php include dirname(__FILE__) . '/db.inc';`:           "/srv/a/public/db.inc",
		`<?php require dirname(__DIR__).'/settings.php';`:        "/srv/a/settings.php",
		`<?php require dirname(dirname(__FILE__)) . '/s.php';`:   "/srv/a/s.php",
		`<?php require dirname(__DIR__, 2) . '/s.php';`:          "/srv/s.php",
		`<?php $c = require '/srv/b/config.php'; include $x;`:    "/srv/b/config.php",
		`<?php require_once ROOT . '/inc/db.php';`:               "/srv/a/public/inc/db.php /srv/a/inc/db.php",
		`<?php require $dir . '/a.php'; echo "require 'a.txt'";`: "",
		`<?php $e = parse_ini_file(__DIR__ . '/../.env');`:       "/srv/a/.env",
	} {
		if got := strings.Join(takenIn(readCode("/srv/a/public/index.php", text)), " "); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	for file, want := range map[string]string{
		"/srv/a/app.js": "/srv/a/lib/db.js /srv/a/conf.mjs",
		"/srv/a/app.py": "/srv/a/os.py /srv/a/db/pool.py /srv/a/conf/live.py /srv/a/shop/settings.py",
	} {
		text := "const db = require('./lib/db')\nimport x from './conf.mjs'\n"
		if strings.HasSuffix(file, "py") {
			text = "import os\nfrom db.pool import get\nfrom a.conf.live import DATABASES\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
		}
		if got := strings.Join(takenIn(readCode(file, text)), " "); got != want {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
	}
}

func FuzzCode(f *testing.F) {
	f.Add("<?php new mysqli('h', \"u$x\", 'p' . $y, 'd'); /* ' */ # \n'''")
	f.Add("psycopg2.connect(host=os.environ.get('A', 'b'), x={'y': [1]})")
	f.Fuzz(func(_ *testing.T, text string) {
		c := readCode("/a.php", text)
		v := codeValues{set: map[string]placed{}, env: map[string]placed{}}
		v.learn(c)
		callStores(c, &v)
	})
}

// A hostile file names one object over and over; what stands behind each is not copied.
func TestObjectsOfAClassCostLittle(t *testing.T) {
	body := "<?php\n// Redis\n" + strings.Repeat("$r=", 20000) + "\n" + strings.Repeat("$r->connect('a',1);", 8) + " $z = new \\Foo; "
	c := readCode("/a.php", body)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	callStores(c, &codeValues{set: map[string]placed{}, env: map[string]placed{}})
	runtime.ReadMemStats(&after)
	if got, most := after.TotalAlloc-before.TotalAlloc, 100*uint64(len(body)); got > most {
		t.Errorf("a file of %d bytes took %d bytes of memory, more than %d", len(body), got, most)
	}
}

func TestSettingsThatCodeReads(t *testing.T) {
	const ini = "; a comment = x\n[mail]\nhost = m.lan\n\n[database]\nhost = 10.0.0.7 ; here\nport = 3307\nuser = \"amber\"\npassword = 'it\\'s; canary'\nname = shop\n"
	for name, tt := range map[string]struct{ file, page, data, want string }{
		"ini, a section":        {"/etc/a/db.ini", "<?php\n$c = parse_ini_file('/etc/a/db.ini', true)['database'];\n$db = @mysqli_connect($c['host'], $c['user'], 'p', $c['name'], (int) $c['port']);", ini, "mysql 10.0.0.7:3307 amber/shop at /etc/a/db.ini:6"},
		"ini, sections by name": {"/srv/a/db.ini", "<?php\n$c = parse_ini_file(__DIR__ . '/db.ini', true);\nnew mysqli($c['database']['host'], $c['database']['user'], 'p', $c['database']['name']);", ini, "mysql 10.0.0.7:3306 amber/shop at /srv/a/db.ini:6"},
		"ini, no sections":      {"/srv/a/db.ini", "<?php\n$c = parse_ini_file('db.ini');\nnew mysqli($c['host'], $c['user'], 'p', $c['name']);", "host=db.lan\nuser=amber\nname=shop", "mysql db.lan:3306 amber/shop at /srv/a/db.ini:1"},
		"json":                  {"/etc/a/c.json", "<?php\n$c = json_decode(file_get_contents('/etc/a/c.json'), true);\nnew mysqli($c['db']['host'], $c['db']['user'], 'p', $c['db']['name']);", "{\n \"mail\": { \"host\": \"m\" },\n \"db\": { \"host\": \"10.0.0.7\", \"user\": \"amber\",\n  \"name\": \"shop\" }\n}\n", "mysql 10.0.0.7:3306 amber/shop at /etc/a/c.json:3"},
		"closed to the app":     {"/etc/b/db.ini", "<?php\n$c = parse_ini_file('/etc/b/db.ini');\nnew mysqli($c['host'], $c['user'], 'p', $c['name']);", "host=db.lan\nuser=amber\nname=shop", ""},
	} {
		tree := NewMemoryTree(time.Unix(0, 0))
		tree.Write("/srv/a/index.php", []byte(tt.page))
		tree.Write(tt.file, []byte(tt.data))
		who := Creds{UID: 33, GID: 33}
		if strings.HasPrefix(tt.file, "/etc/b") {
			tree.Own(tt.file, 0, 0, 0o600)
		}
		var got []string
		for _, s := range certain(readStores(tree.Root().codeOf([]string{"/srv/a/index.php"}, 1, who), codeValues{set: map[string]placed{}})) {
			s.settle(tree.Root())
			got = append(got, fmt.Sprintf("%s %s %s/%s at %s", s.Kind, s.Address(), s.User, s.Name, s.Where))
		}
		if all := strings.Join(got, "; "); all != tt.want {
			t.Errorf("%s: got %q, want %q", name, all, tt.want)
		}
	}
}

func FuzzINI(f *testing.F) {
	f.Add("[a]\nb = 'c\\'\n; d\n[\n=\n")
	f.Fuzz(func(t *testing.T, text string) {
		if got := iniAsCode(text); strings.Count(got, "\n") < strings.Count(text, "\n") {
			t.Errorf("%q has lost a line: %q", text, got)
		}
	})
}

// What a page takes in gives its names their values before the page goes on.
func TestStoresOfSettingsThatAPageTakesIn(t *testing.T) {
	for name, tt := range map[string]struct{ page, settings string }{
		"an array":     {"$c = require 'c.php'; $h = $c['host']; $db = new mysqli($h, $c['user'], $c['pass'], $c['db']);", "return [\n'host' => '10.0.0.7', 'user' => 'amber', 'pass' => 'canary', 'db' => 'shop'];"},
		"of two":       {"$c = require 'c.php'; $h = $c['db']['host']; new mysqli($h, 'amber', 'canary', 'shop');", "return array('smtp' => array('host' => 'm'), 'db' => array(\n\"host\" => '10.0.0.7'));"},
		"a whole name": {"include 'c.php'; new PDO($cfg['dsn'], $cfg['user'], $cfg['pass']);", "\n$cfg['dsn'] = 'mysql:host=10.0.0.7;dbname=shop'; $cfg['user'] = 'amber'; $cfg['pass'] = 'canary';"},
		"sprintf":      {"$c = include 'c.php'; new PDO(sprintf('mysql:host=%s;dbname=%s', $c->host, $c->name), 'amber', 'canary');", "return (object)[\n'host' => '10.0.0.7', 'name' => 'shop'];"},
	} {
		texts := []codeText{readCode("/index.php", "<?php\n"+tt.page), readCode("/c.php", "<?php "+tt.settings)}
		got := certain(readStores(texts, codeValues{set: map[string]placed{}}))
		if len(got) != 1 || got[0].Host != "10.0.0.7" || got[0].Name != "shop" || got[0].password.text() != "canary" || got[0].Where != (Place{File: "/c.php", Line: 2}) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}
