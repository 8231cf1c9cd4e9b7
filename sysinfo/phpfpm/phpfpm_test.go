package phpfpm

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"
)

// machine is a Files made of a map.
type machine map[string]string

func (m machine) ReadFile(name string) ([]byte, error) {
	text, ok := m[name]
	switch {
	case ok && text == "denied":
		return nil, fmt.Errorf("read %s: %w", name, fs.ErrPermission)
	case ok:
		return []byte(text), nil
	}
	for other := range m {
		if strings.HasPrefix(other, name+"/") {
			return nil, errors.New("is a directory")
		}
	}
	return nil, fmt.Errorf("read %s: %w", name, fs.ErrNotExist)
}

func (m machine) Glob(pattern string) ([]string, error) {
	var names []string
	for name := range m {
		if ok, err := path.Match(pattern, name); err != nil {
			return nil, err
		} else if ok {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names, nil
}

const good = "[www]\nuser=www-data\nlisten=/run/php.sock\npm=static\npm.max_children=2\n"

func debian() machine {
	return machine{
		"/etc/php/8.2/fpm/php-fpm.conf": "; comment\n[global]\npid = /run/php/php8.2-fpm.pid\nerror_log = /var/log/php8.2-fpm.log\ninclude=/etc/php/8.2/fpm/pool.d/*.conf\n",
		"/etc/php/8.2/fpm/pool.d/www.conf": `[www]
user = www-data
group = www-data
listen = /run/php/php8.2-fpm.sock
listen.owner = www-data
listen.group = www-data
pm = dynamic
pm.max_children = 5
pm.start_servers = 2
pm.min_spare_servers = 1
pm.max_spare_servers = 3
request_terminate_timeout = 2m
slowlog = /var/log/$pool.slow
php_admin_value[memory_limit] = 256M
php_value[memory_limit] = 64M
php_admin_flag[log_errors] = on
env[PATH] = "/usr/bin:/bin" ; "quoted"
`,
		"/etc/php/8.2/fpm/pool.d/zz.conf":            "[WWW]\npm.max_children = 9\n",
		"/etc/php/8.2/fpm/php.ini":                   "[PHP]\nmemory_limit = 128M\nerror_reporting = E_ALL & ~E_DEPRECATED\n[PATH=/x]\nmemory_limit = 1G\n",
		"/etc/php/8.2/fpm/conf.d/10-opcache.ini":     "zend_extension=opcache.so\n",
		"/etc/php/8.2/fpm/conf.d/20-redis.ini":       "extension=redis.so\nsession.save_path = \"tcp://127.0.0.1:6379?a=(1)\"\n",
		"/etc/php/8.2/fpm/conf.d/99-z.ini":           "memory_limit=512M\n",
		"/etc/opt/remi/php81/php-fpm.conf":           "",
		"/opt/plesk/php/8.3/etc/php-fpm.conf":        "",
		"/opt/cpanel/ea-php74/root/etc/php-fpm.conf": "",
		"/etc/php83/php-fpm.conf":                    "",
	}
}

func TestDebianPool(t *testing.T) {
	c := Read(debian(), "/etc/php/8.2/fpm/php-fpm.conf")
	if len(c.Problems) > 0 {
		t.Fatalf("problems: %v", c.Problems)
	}
	equal(t, "pools", len(c.Pools), 1)
	equal(t, "files", len(c.Files), 3)
	www := c.Pool("www")
	a, _ := www.Listen()
	equal(t, "listen", a.String()+" "+a.Place.String(), "/run/php/php8.2-fpm.sock /etc/php/8.2/fpm/pool.d/www.conf:4")
	equal(t, "the last line wins", www.Get("pm.max_children"), Value{"9", Place{File: "/etc/php/8.2/fpm/pool.d/zz.conf", Line: 2}})
	equal(t, "time", www.Get("request_terminate_timeout").Duration(), 2*time.Minute)
	equal(t, "$pool", www.Get("slowlog").Text, "/var/log/www.slow")
	equal(t, "admin wins", www.PHP("memory_limit").Bytes(), 256<<20)
	equal(t, "flag", www.PHP("log_errors").On(), true)
	equal(t, "env", www.Env["PATH"].Text, "/usr/bin:/bin")
	equal(t, "default", www.Get("listen.backlog"), Value{Text: "-1"})
	equal(t, "global", c.Global.Get("error_log").Text, "/var/log/php8.2-fpm.log")
	equal(t, "start", www.StartServers(), 2)
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"9000": "tcp 9000", "127.0.0.1:9000": "tcp 127.0.0.1:9000", "[::1]:9000": "tcp [::1]:9000", "*:9000": "tcp 9000",
		"/run/a.sock": "unix /run/a.sock", "run/a.sock": "unix /usr/run/a.sock", "localhost:9000": "tcp localhost:9000",
	} {
		c := Read(machine{"/f": strings.Replace(good, "/run/php.sock", in, 1)}, "/f")
		a, _ := c.Pools[0].Listen()
		equal(t, in, a.Network+" "+a.String(), want)
	}
}

func TestValues(t *testing.T) {
	for in, want := range map[string]string{
		`a b  c ; d`: "a b  c", `"a ; b" ; c`: "a ; b", `'a ; b'`: "a ; b", `b "x"  c`: "bxc", `"a""b"`: "ab", `a'b'`: "ab", `'a' b`: "a b",
		`"a\nb\"c"`: `a\nb"c`, `"a\\b"`: `a\b`, `a$b`: "a$b", `${HOME}/x`: "${HOME}/x", `{a}`: "{a}", `yes`: "1", `Off;x`: "", `null`: "", `onx`: "onx",
		`"yes"`: "yes", `it's`: "it", `a#b`: "a#b", `a \`: `a \`, `E_ALL & ~E_NOTICE`: "E_ALL & ~E_NOTICE", `(1)`: "(1)",
		`a=b`: "!syntax error, unexpected '='", `x(y)`: "!syntax error, unexpected '('", `a~b`: "!syntax error, unexpected '~'",
		`'a`: "!syntax error, unexpected end of file", "": "",
	} {
		got, fault := parseValue(in)
		if fault != "" {
			got = "!" + fault
		}
		equal(t, in, got, want)
	}
}

// refused are additions to a good pool, and FPM 8.2's answer to them.
func refused() map[string]string {
	return map[string]string{
		"foo=1":                        "unknown entry 'foo'",
		"#foo":                         "value is NULL for a ZEND_INI_PARSER_ENTRY",
		"#foo=1":                       "unknown entry '#foo'",
		"pm.max_children=x":            "unable to parse value for entry 'pm.max_children': is not a valid number (greater or equal than zero)",
		"clear_env=maybe":              "unable to parse value for entry 'clear_env': invalid boolean value",
		"clear_env=0":                  "",
		"pm=fast":                      "unable to parse value for entry 'pm': invalid process manager (static, dynamic or ondemand)",
		"request_terminate_timeout=5x": "unable to parse value for entry 'request_terminate_timeout': unknown suffix used in time value",
		"php_valu[x]=1":                "unknown directive 'php_valu'",
		"env[]=1":                      "You must provide a key for field 'env'",
		"env[A]=":                      "empty value",
		"[b":                           "syntax error, unexpected end of file, expecting ']'",
		"access.suppress_path[a]=/":    "Keys provided to field 'access.suppress_path' are ignored",
		"access.suppress_path[]=/x":    "",
		"pm.max_children=0":            "[pool www] pm.max_children must be a positive value",
		"pm=dynamic":                   "[pool www] pm.min_spare_servers(0) must be a positive value",
		"pm=dynamic\npm.min_spare_servers=1\npm.max_spare_servers=9":                     "[pool www] pm.min_spare_servers(1) and pm.max_spare_servers(9) cannot be greater than pm.max_children(2)",
		"pm=dynamic\npm.min_spare_servers=2\npm.max_spare_servers=1":                     "[pool www] pm.max_spare_servers(1) must not be less than pm.min_spare_servers(2)",
		"pm=dynamic\npm.min_spare_servers=1\npm.max_spare_servers=1\npm.start_servers=2": "[pool www] pm.start_servers(2) must not be less than pm.min_spare_servers(1) and not greater than pm.max_spare_servers(1)",
		"pm=dynamic\npm.min_spare_servers=1\npm.max_spare_servers=2":                     "",
		"pm=ondemand\npm.process_idle_timeout=0":                                         "[pool www] pm.process_idle_timeout(0s) must be greater than 0s",
		"request_slowlog_timeout=5":                                                      "[pool www] 'slowlog' must be specified for use with 'request_slowlog_timeout'",
		"pm.status_path=x":                                                               "[pool www] the status path 'x' must start with a '/'",
		"ping.path=/a b":                                                                 "[pool www] the ping path '/a b' must contain only the following characters '[alphanum]/_-.~'",
		"process.priority=50":                                                            "[pool www] process.priority must be included into [-19,20]",
		"rlimit_core=-1":                                                                 "unable to parse value for entry 'rlimit_core': must be greater than zero or 'unlimited'",
		"[x]\nuser=a\nlisten=/run/php.sock\npm=static\npm.max_children=1":                "[pool x] unable to set listen address as it's already used in another pool 'www'",
		"[x]\nuser=a\npm=static\npm.max_children=1":                                      "[pool x] no listen address have been defined!",
		"[x]\nlisten=1\npm=static\npm.max_children=1":                                    "[pool x] user has not been defined",
		"[x]\nlisten=1\nuser=a\npm.max_children=1":                                       "[pool x] the process manager is missing (static, dynamic or ondemand)",
		"[global]\nphp_value[x]=1":                                                       "Array are not allowed in the global section",
		"[global]\nlog_level=loud":                                                       "unable to parse value for entry 'log_level': invalid value for 'log_level'",
		"include=/nonexist/*.conf":                                                       "Unable to globalize '/nonexist/*.conf' (ret=2)",
	}
}

func TestRefused(t *testing.T) {
	for add, want := range refused() {
		c := Read(machine{"/f": good + add + "\n"}, "/f")
		got := ""
		if failed := c.Failed(); len(failed) > 0 {
			got = failed[0].Text
		}
		if !strings.HasPrefix(got, want) || (want == "") != (got == "") {
			t.Errorf("%q: got %q, want %q", add, got, want)
		}
	}
	equal(t, "no pool", Read(machine{"/f": ""}, "/f").Problems[0].Text, "No pool defined. at least one pool section must be specified in config file")
}

// TestAgainstFPM asks the real one. It only tests: nothing is started.
func TestAgainstFPM(t *testing.T) {
	bins, _ := filepath.Glob("/usr/sbin/php-fpm8*")
	if len(bins) == 0 || os.Geteuid() != 0 {
		t.Skip("no php-fpm 8 here, or not root")
	}
	dir := t.TempDir()
	for add := range refused() {
		name := filepath.Join(dir, "f.conf")
		conf := "[global]\nerror_log=" + dir + "/log\n" + good + add + "\n"
		if err := os.WriteFile(name, []byte(conf), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(bins[0], "-t", "-y", name)
		out, _ := cmd.CombinedOutput()
		want := ParseTest(out, cmd.ProcessState.ExitCode())
		got := Read(machine{name: conf}, name).Failed()
		if (want.Verdict == TestFailed) != (len(got) > 0) {
			t.Errorf("%q: got %v, FPM says %s", add, got, out)
			continue
		}
		if len(got) > 0 && want.Problems[0].Line > 0 && (want.Problems[0].Line != got[0].Line || !strings.HasPrefix(got[0].Text, want.Problems[0].Text)) {
			t.Errorf("%q: got %v, FPM says %v", add, got[0], want.Problems[0])
		}
	}
}

func TestIncludes(t *testing.T) {
	loop := Read(machine{"/f": good + "include=/f\n"}, "/f")
	equal(t, "loop", loop.Problems[0].Text, "failed to include more than 5 files recursively")
	none := Read(machine{"/f": good + "include=/d/*.conf\n", "/d/x": ""}, "/f")
	equal(t, "nothing matches", fmt.Sprint(none.Problems[0].Warning, len(none.Failed())), "true 0")
	denied := Read(machine{"/f": good + "include=/d/*.conf\n", "/d/x.conf": "denied"}, "/f")
	equal(t, "denied", errors.Is(denied.Problems[0].Err, fs.ErrPermission), true)
	missing := Read(machine{}, "/f")
	equal(t, "missing", errors.Is(missing.Problems[0].Err, fs.ErrNotExist), true)
	bomb := machine{"/f": strings.Repeat("include=/f\n", 100)}
	Read(bomb, "/f") // ends
	name := strings.Repeat("a", 1<<20)
	Read(machine{"/f": "[" + name + "]\nslowlog=" + strings.Repeat("$pool", 1<<20) + "\n"}, "/f")
}

func TestIni(t *testing.T) {
	i := ReadIni(debian(), "/etc/php/8.2/fpm/php.ini", "/etc/php/8.2/fpm/conf.d")
	equal(t, "the last file wins", i.Get("memory_limit"), Value{"512M", Place{File: "/etc/php/8.2/fpm/conf.d/99-z.ini", Line: 1}})
	equal(t, "default", i.Get("max_execution_time").Int(), 30)
	equal(t, "extensions", len(i.Extensions), 2)
	equal(t, "quoted", i.Get("session.save_path").Text, "tcp://127.0.0.1:6379?a=(1)")
	equal(t, "problems", len(i.Problems), 0)
}

func TestInstalled(t *testing.T) {
	got := ""
	for _, v := range Installed(debian()) {
		got += fmt.Sprintf("%s %s %s %s\n", v.Layout, v.Number, v.Unit, v.Binaries[0])
	}
	equal(t, "found", got, `debian 8.2 php8.2-fpm.service /usr/sbin/php-fpm8.2
remi 8.1 php81-php-fpm.service /opt/remi/php81/root/usr/sbin/php-fpm
alpine 8.3 php-fpm83 /usr/sbin/php-fpm83
cpanel 7.4 ea-php74-php-fpm.service /opt/cpanel/ea-php74/root/usr/sbin/php-fpm
plesk 8.3 plesk-php83-fpm.service /opt/plesk/php/8.3/sbin/php-fpm
`)
}

func TestParseTest(t *testing.T) {
	for _, test := range []struct {
		name, out string
		exit      int
		verdict   Verdict
		first     string
	}{
		{"good", "[23-Nov-2026 09:40:17] NOTICE: configuration file /etc/php/8.2/fpm/php-fpm.conf test is successful\n", 0, TestOK, ""},
		{"unknown entry", "[23-Nov-2026 10:03:51] ERROR: [/tmp/f.conf:6] unknown entry 'foo'\n[23-Nov-2026 10:03:51] ERROR: failed to load configuration file '/tmp/f.conf'\n", 78, TestFailed, "[/tmp/f.conf:6] unknown entry 'foo'"},
		{"pool", "[23-Nov-2026 10:03:51] ALERT: [pool www] user has not been defined\n", 78, TestFailed, "[:0] [pool www] user has not been defined"},
		{"syntax", "PHP:  syntax error, unexpected '=' in Unknown on line 1\n", 78, TestFailed, "[:0] syntax error, unexpected '=' in Unknown on line 1"},
		{"not root", "[23-Nov-2026 10:03:51] ERROR: failed to open error_log (/var/log/php8.2-fpm.log): Permission denied (13)\n[23-Nov-2026 10:03:51] ERROR: failed to post process the configuration\n", 78, TestNeedsRoot, ""},
		{"signal", "", 139, TestKilled, ""},
		{"silent", "", 1, TestUnknown, ""},
	} {
		got := ParseTest([]byte(test.out), test.exit)
		equal(t, test.name, got.Verdict, test.verdict)
		if test.first != "" {
			equal(t, test.name, got.Problems[0].Error(), test.first)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range debian() {
		f.Add(text)
	}
	for add := range refused() {
		f.Add(good + add)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := Read(machine{"/f": text}, "/f")
		last := strings.Count(text, "\n") + 1
		for _, p := range c.Problems {
			if p.Line > last {
				t.Errorf("line %d of %d: %s", p.Line, last, p.Text)
			}
		}
		for _, p := range c.Pools {
			p.Listen()
			p.StartServers()
		}
		ReadIni(machine{"/f": text}, "/f", "")
		ParseTest([]byte(text), 1)
	})
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
