package checks

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestQuote(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain text stays", `connect() failed (111: Connection refused)`, `connect() failed (111: Connection refused)`},
		{"letters of all languages stay", "Grüße, 東京, Ελλάδα", "Grüße, 東京, Ελλάδα"},
		{"an escape sequence is shown", "\x1b[2J\x1b]0;owned\x07", `\x1b[2J\x1b]0;owned\x07`},
		{"a carriage return cannot overwrite", "ok\rbad", `ok\x0dbad`},
		{"lines become one", "a\nb\tc", "a b c"},
		{"C1 controls are shown", "\u009b31m", `\u009b31m`},
		{"bidi marks are shown", "file\u202etxt.exe", `file\u202etxt.exe`},
		{"zero-width characters are shown", "ad\u200bmin\ufeff", `ad\u200bmin\ufeff`},
		{"tag characters are shown", "a\U000e0041", `a\ue0041`},
		{"fillers that look like nothing are shown", "a\u3164b\u115f", `a\u3164b\u115f`},
		{"line separators are shown", "a\u2028b", `a\u2028b`},
		{"bytes that are no UTF-8 are shown", "a\xff\xc3(", `a\xff\xc3(`},
		{"a NUL is shown", "a\x00b", `a\x00b`},
		{"it is kept short", strings.Repeat("x", 1000), strings.Repeat("x", 600) + " …"},
		{"a cut in the middle of a letter harms nothing", strings.Repeat("x", 599) + "ü", strings.Repeat("x", 599) + `\xc3 …`},
		{"cookies are masked", `GET / HTTP/1.1, Cookie: PHPSESSID=abc; cart=2`, `GET / HTTP/1.1, Cookie: ***`},
		{"set cookies are masked", `Set-Cookie: id=a3fWa; Path=/`, `Set-Cookie: ***`},
		{"authorization is masked", `Authorization: Basic dXNlcjpwYXNzd29yZA==`, `Authorization: ***`},
		{"a bearer token is masked", `sent bearer eyJhbGciOiJIUzI1NiJ9.e30.abc to api`, `sent bearer *** to api`},
		{"a password in a setting is masked", `DB_PASSWORD=hunter2 DB_HOST=db1`, `DB_PASSWORD=*** DB_HOST=db1`},
		{"a key of an environment is masked", `environment=MODE="live",KEY="a b",KEYS=3`, `environment=MODE="live",KEY=***,KEYS=3`},
		{"a password in PHP is masked", `define('DB_PASSWORD', 'hunter2');`, `define('DB_PASSWORD', ***);`},
		{"a password in JSON is masked", `{"password": "hunter two", "user": "joe"}`, `{"password": ***, "user": "joe"}`},
		{"the password of a URL is masked", `redis://joe:hunter2@cache:6379/0`, `redis://***@cache:6379/0`},
		{"a password with a colon in it is masked", `mysql://joe:a:b@db/shop`, `mysql://***@db/shop`},
		{"the password of a Go DSN is masked", `joe:hunter2@tcp(127.0.0.1:3306)/shop`, `joe:***@tcp(127.0.0.1:3306)/shop`},
		{"a token in a query is masked", `"GET /reset?token=abc123&x=1 HTTP/1.1"`, `"GET /reset?token=***&x=1 HTTP/1.1"`},
		{"an API key in a query is masked", `/v1?api_key=abc&apikey=def&q=1`, `/v1?api_key=***&apikey=***&q=1`},
		{"an escape inside a header's name hides no secret", "Coo\x00kie: a", `Coo\x00kie: a`},
		{"the password of Redis's main server is masked", `masterauth hunter2`, `masterauth ***`},
		{"and where Redis quotes the line", `>>> 'requirepass "hunter 2"'`, `>>> 'requirepass ***`},
		{"and that of its watchers", `sentinel auth-pass shop hunter2`, `sentinel auth-pass shop ***`},
		{"the password of a user of Redis is masked", `user default on >hunter2 ~* +@all`, `user default on >*** ~* +@all`},
		{"and where Redis quotes it", `>>> 'user default on ~* >hunter2'`, `>>> 'user default on ~* >***'`},
		{"a sentence about a password stays", `no requirepass is set`, `no requirepass is set`},
		{"a password without more words is masked", `  pass: hunter2 SMTP_PASS=hunter2`, `  pass: *** SMTP_PASS=***`},
		{"a password in a list of JSON is masked", `{"set":{"X-Api-Key":["hunter2","hunter3"]},"listen":[":80"]}`, `{"set":{"X-Api-Key":***},"listen":[":80"]}`},
		{"a password in one word is masked", `PGPASSWORD=hunter2 dbPassword = hunter2`, `PGPASSWORD=*** dbPassword = ***`},
		{"a key in its middle is masked", `secret_key_base: abc`, `secret_key_base: ***`},
		{"a YAML list's too", `- auth: abc`, `- auth: ***`},
		{"a session's file is masked", `open(/var/lib/php/sessions/sess_0a1b2c3d4e, O_RDWR) failed`, `open(/var/lib/php/sessions/sess_***, O_RDWR) failed`},
		{"a header in JSON is masked", `{"authorization":"Bearer abc","x":1}`, `{"authorization":***,"x":1}`},
		{"WordPress's keys and salts are masked", `define('LOGGED_IN_KEY', 'a b'); define('LOGGED_IN_SALT', 'c;d');`, `define('LOGGED_IN_KEY', ***); define('LOGGED_IN_SALT', ***);`},
		{"digits alone are a password, too", `user=shop password:4711 db.password:20240101`, `user=shop password:*** db.password:***`},
		{"a key of two words behind a log's words is masked", `INFO config api_key: sk9f8e WARN private_key: MII app[1]: X-Signature: 5f2b`, `INFO config api_key: *** WARN private_key: *** app[1]: X-Signature: ***`},
		{"a key's or a session's number is masked", `aws_access_key_id: AKIA, SessionID: 8f3a; params: {session_id: 9f8e}`, `aws_access_key_id: ***, SessionID: ***; params: {session_id: ***`},
		{"a secret in the middle of a dotted name is masked", `auth.token.value: abc123 service.password.plain: hunter2`, `auth.token.value: *** service.password.plain: ***`},
		{"words run together are masked", `basicauth=a:b AUTHPW=x oauth_verifier=y SECRETKEYBASE=z sessionkey=q hmacsignature=r ASPSESSIONIDABCD=K`, `basicauth=*** AUTHPW=*** oauth_verifier=*** SECRETKEYBASE=*** sessionkey=*** hmacsignature=*** ASPSESSIONIDABCD=***`},
		{"two of them in one line", `password:abc token = "d e" x=1`, `password:*** token = *** x=1`},
		{"a signal is no signature", `result signal, main process; Handling signal: term`, `result signal, main process; Handling signal: term`},
		{"a service's name is none", `gave up starting signup: too many starts, /etc/nginx/conf.d/signup.conf:4`, `gave up starting signup: too many starts, /etc/nginx/conf.d/signup.conf:4`},
		{"a host's name and port are none", `http://auth:8080/ auth.example.com:8080 auth.example.com: refused`, `http://auth:8080/ auth.example.com:8080 auth.example.com: refused`},
		{"a file's name and line are none", `/etc/nginx/conf.d/auth.conf:12 /run/session.sock: refused`, `/etc/nginx/conf.d/auth.conf:12 /run/session.sock: refused`},
		{"a sentence goes on after a comma", `old PHP sessions, docker image prune; passwords, keys`, `old PHP sessions, docker image prune; passwords, keys`},
		{"a parser's token is none", `SyntaxError: Unexpected token: punc`, `SyntaxError: Unexpected token: punc`},
		{"nginx's pass is none", `proxy_pass = http://app`, `proxy_pass = http://app`},
		{"addresses and times are no secrets", `10.0.0.9:3000 12:30:00 unix:/run/php/php8.2-fpm.sock:`, `10.0.0.9:3000 12:30:00 unix:/run/php/php8.2-fpm.sock:`},
		{"a mail address is no secret", `mail to joe@example.com: refused`, `mail to joe@example.com: refused`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Quote(tt.in); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "a\x1b[31m", "\u202e", "Cookie: a=b", "mysql://a:b@c", "\xff\xfe", strings.Repeat("\u200b", 300), "password=\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Quote(s)
		if !utf8.ValidString(got) {
			t.Errorf("got %q, which is no UTF-8", got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) {
				t.Errorf("got %q with %U in it", got, r)
			}
		}
		if len(got) > 10*quoteLimit {
			t.Errorf("got %d bytes of %d", len(got), len(s))
		}
	})
}

func TestVariablesOfAnAppAreShownByTheirNames(t *testing.T) {
	for line, want := range map[string]string{
		`env[DB_WORD] = hunter2`:                        `env[DB_WORD] = ***`,
		`    SetEnv SHOP_CODE "hunter2"`:                `    SetEnv SHOP_CODE ***`,
		`user cart on hunter2 ~* +@all`:                 `user cart on *** ~* +@all`,
		`user default off`:                              `user default off`,
		`env[DB_PORT] = 3306`:                           `env[DB_PORT] = 3306`,
		`SetEnv DB_HOST db.lan`:                         `SetEnv DB_HOST db.lan`,
		`SetEnv proxy-nokeepalive 1`:                    `SetEnv proxy-nokeepalive 1`,
		`env[DATABASE_HOST] = joe:hunter2@tcp(db:3306)`: `env[DATABASE_HOST] = joe:***@tcp(db:3306)`,
	} {
		if got := QuoteConfig(line); got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}
