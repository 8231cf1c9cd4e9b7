package sysinfo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestEnvStoresReadWhatFrameworksWrite(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"Laravel": {"DB_CONNECTION=pgsql\nDB_HOST=127.0.0.1\nDB_PORT=5433\nDB_DATABASE=shop\nDB_USERNAME=shop\nDB_PASSWORD=\"ca#nary\"\n",
			"postgres 127.0.0.1:5433 shop/shop ca#nary at .env:2"},
		"an address":              {"DATABASE_URL='mysql2://shop:can%2Fary@db:3307/shop?pool=5'\n", "mysql db:3307 shop/shop can/ary at .env:1"},
		"a Unix socket":           {"DATABASE_URL=postgresql+psycopg2://shop@/shop?host=/run/postgresql\n", "postgres unix:/run/postgresql/.s.PGSQL.5432 shop/shop  at .env:1"},
		"a variable":              {"export PW=canary\nREDIS_URL=redis://:${PW}@localhost:6380/0\n", "redis localhost:6380 /0 canary at .env:2"},
		"SQLite":                  {"DB_CONNECTION=sqlite\nDB_HOST=127.0.0.1\nDB_DATABASE=shop\n", ""},
		"a file for its comment":  {"#DATABASE_URL=mysql://a:b@c/d\nDATABASE_URL=\n", ""},
		"an address that is none": {"DATABASE_URL=mysql://shop:ca/na:ry@db/shop\n", ""},
		"an address alone":        {"REDIS_ADDR=10.0.0.7:6380\n", "redis 10.0.0.7:6380 /  at .env:1"},
		"PostgreSQL's own words":  {"PGHOST=db\nPGDATABASE=shop\nPGUSER=shop\nPGPASSWORD=canary\n", "postgres db:5432 shop/shop canary at .env:1"},
		"a name of its own":       {"CELERY_BROKER_URL=redis://cache:6379/1\nOLD_DATABASE_URL=mysql://a:b@gone/x\n", "redis cache:6379 /1  at .env:1"},
		"words, no addresses":     {"CACHE_BACKEND=redis\nDB_ENGINE=mysql:\n", ""},
		"sessions in Redis":       {"SESSION_DRIVER=redis\nREDIS_HOST=127.0.0.1\nREDIS_PASSWORD=null\nREDIS_PORT=6379\n", "redis 127.0.0.1:6379 /  at .env:2"},
	} {
		tree := NewMemoryTree(time.Unix(0, 0))
		tree.Write("/.env", []byte(tt.text))
		got := ""
		for _, s := range envStores(readEnv(tree.Root(), "/.env"), "the app", false) {
			s.settle(tree.Root())
			got += fmt.Sprintf("%s %s %s/%s %s at .env:%d", s.Kind, s.Address(), s.User, s.Name, s.password.text(), s.Where.Line)
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

// Lines that double the one above are stopped, and a value that was put in is not looked at again.
func TestVariablesOfAnEnvironmentFile(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want func(string) bool
	}{
		"doubled line by line":          {"A=0123456789\n" + strings.Repeat("A=${A}${A}\n", 58), func(a string) bool { return len(a) < 2*maxFilled }},
		"in the order of lines":         {"B=x\nA=${C}${B}\nC=y\n", func(a string) bool { return a == "${C}x" }},
		"in one pass":                   {"B='${C}'\nC=y\nA=${B}${C}\n", func(a string) bool { return a == "${C}y" }},
		"unknown, open, and one inside": {"B=x\nA=${Z}${Z${B}${\n", func(a string) bool { return a == "${Z}${Zx${" }},
	} {
		tree := NewMemoryTree(time.Unix(0, 0))
		tree.Write("/.env", []byte(tt.text))
		if got := readEnv(tree.Root(), "/.env")["A"].text; !tt.want(got) {
			t.Errorf("%s: got %d bytes, %.40q", name, len(got), got)
		}
	}
}

func TestHostsOfWordPress(t *testing.T) {
	for text, want := range map[string]string{
		"localhost": "unix:/run/mysqld/mysqld.sock", "localhost:/run/x.sock": "unix:/run/x.sock", ":/run/x.sock": "unix:/run/x.sock",
		"db.internal:3307": "db.internal:3307", "[::1]:3307": "[::1]:3307", "::1": "[::1]:3306", "127.0.0.1": "127.0.0.1:3306",
	} {
		s := &Store{Kind: "mysql", PHP: true}
		s.hostPort(text)
		s.settle(NewMemoryTree(time.Unix(0, 0)).Root())
		if got := s.Address(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestAStorePrintsNoPassword(t *testing.T) {
	s := Store{Kind: "mysql", password: hidden("canary")}
	for _, form := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if text := fmt.Sprintf(form, s) + fmt.Sprintf(form, s.password); strings.Contains(text, "canary") {
			t.Errorf("%s prints %s", form, text)
		}
	}
}

func TestPHPStrings(t *testing.T) {
	for text, want := range map[string]string{`'it\'s \\ $x'`: `it's \ $x`, `"a \"b\" \$c"`: `a "b" $c`, "6379": "6379", "''": "", `'a\''`: "a'"} {
		if got := phpString(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func FuzzEnv(f *testing.F) {
	f.Add("DB_HOST=[::1]:\nDB_NAME=x\nDATABASE_URL=mysql://%zz")
	f.Fuzz(func(t *testing.T, text string) {
		tree := NewMemoryTree(time.Unix(0, 0))
		tree.Write("/.env", []byte(text))
		for _, s := range envStores(readEnv(tree.Root(), "/.env"), "the app", true) {
			s.settle(tree.Root())
			_ = s.Address()
			if s.Where.Line < 0 || s.Where.Line > strings.Count(text, "\n")+1 {
				t.Errorf("line %d of %q", s.Where.Line, text)
			}
		}
	})
}

// Nobody is called over the network where that was forbidden, and nothing at all of a mounted disk.
func TestLoginStaysWhereItMay(t *testing.T) {
	for name, tt := range map[string]struct {
		files, offline bool
		host           string
		want           error
	}{
		"a mounted disk":               {true, false, "127.0.0.1", ErrFilesOnly},
		"another machine, offline":     {false, true, "10.0.0.9", ErrOffline},
		"a name unknown here, offline": {false, true, "db.internal", ErrOffline},
		"this machine, offline":        {false, true, "127.0.0.1", errDialed},
		"another machine":              {false, false, "10.0.0.9", errDialed},
	} {
		tree := NewMemoryTree(time.Unix(0, 0))
		calls := 0
		h := &Host{Root: tree.Root(), Files: tt.files,
			Dial:    func(context.Context, int, string, string) (net.Conn, error) { calls++; return nil, errDialed },
			Route:   func(context.Context, netip.Addr) (Route, error) { return Route{Kind: "unicast"}, nil },
			Resolve: func(context.Context, string) ([]netip.Addr, error) { t.Error("DNS was asked"); return nil, errDialed }}
		f := NewFacts(h)
		f.Offline = tt.offline
		for _, kind := range []string{"mysql", "postgres", "redis", "memcached"} {
			calls = 0
			_, err := f.Login(t.Context(), &Store{Kind: kind, Host: tt.host, Port: 1, User: "u", Name: "n", Site: &Site{Gateway: &Gateway{Root: tree.Root()}}})
			if !errors.Is(err, tt.want) || calls > 1 || calls == 1 && tt.want != errDialed {
				t.Errorf("%s, %s: got %v after %d calls, want %v", name, kind, err, calls, tt.want)
			}
		}
	}
}

// What could end a line in a password or a path would be words of a stranger's, said by root to any socket.
func TestStoresHoldNoLines(t *testing.T) {
	for url, want := range map[string]int{
		"redis://:word@10.0.0.9:6379/0": 1, "redis://:%0Ashutdown%0A@x/?socket=/run/admin.sock": 0, "redis://a%0db:c@x": 0,
		"redis://x/?socket=/run/a%0ab": 0, "mysql://a:b@x/%00": 0, "mysql://a:b%7f@x/c": 0, "mysql://a:%C3%A9@x/c": 1,
	} {
		tree := NewMemoryTree(time.Unix(0, 0))
		tree.Write("/srv/.env", []byte("DATABASE_URL="+url+"\n"))
		f := NewFacts(&Host{Root: tree.Root()})
		_, _ = f.sites.get(func() ([]*Site, error) {
			return []*Site{{Name: "shop.test", Root: "/srv", Gateway: &Gateway{Root: tree.Root()}}}, nil
		})
		if got := len(f.Stores(t.Context())); got != want {
			t.Errorf("%s: got %d stores, want %d", url, got, want)
		}
	}
}

var errDialed = errors.New("dialed")
