package apache

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// disk is the real file system.
type disk struct{}

func (disk) ReadFile(name string) ([]byte, error)  { return os.ReadFile(name) }
func (disk) Glob(pattern string) ([]string, error) { return filepath.Glob(pattern) }
func (disk) Exists(name string) bool               { _, err := os.Stat(name); return err == nil }
func (disk) IsDir(name string) bool                { i, err := os.Stat(name); return err == nil && i.IsDir() }
func (disk) ReadDir(name string) (out []string, err error) {
	entries, err := os.ReadDir(name)
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out, err
}

// TestAgainstApache asks the real one, which only tests its files and never starts: whether it would refuse them, on
// which line of which file, which files it opens, and which virtual hosts it sees.
func TestAgainstApache(t *testing.T) {
	const modules = "/usr/lib/apache2/modules/"
	httpd, err := exec.LookPath("apache2")
	if _, more := os.Stat(modules + "mod_proxy.so"); err != nil || more != nil {
		t.Skip("no apache2 here")
	}
	load := ""
	for _, m := range []string{"mpm_event", "authz_core", "proxy", "proxy_http", "proxy_fcgi", "slotmem_shm", "proxy_balancer", "lbmethod_byrequests", "rewrite", "headers", "macro", "alias", "dir"} {
		load += fmt.Sprintf("LoadModule %s_module %smod_%s.so\n", m, modules, m)
	}
	for i, text := range []string{
		"ServerName a", "# c \\\nServerName a\nBogus", "ServerName \\\n  a\nBogus x", "<IfModule mod_proxy.c>\nBogus\n</IfModule>", "<IfModule !mod_proxy.c>\nBogus\n</IfModule>",
		"<IfModule no>\n<IfModule proxy_module>\nBogus\n</IfModule>\n</IfModule>", "Define x Bogus\n${x} y", "Define x\n<IfDefine x>\nBogus\n</IfDefine>", "<IfVersion >= 2.4>\nBogus\n</IfVersion>", "<IfVersion < 2.4>\nBogus\n</IfVersion>",
		"<IfFile other.conf>\nBogus\n</IfFile>", "<Macro m $a>\nServerName $a\n</Macro>\nUse m a", "Use none a", "<Macro m $a>\nServerName $a\n</Macro>\nUse m a b", "Include none.conf", "IncludeOptional none.conf", "Include none/*", "IncludeOptional none/*",
		"Include other.conf", "Include sites", "Include sites/*.conf", "IncludeOptional sites/*.conf", "<Directory />", "</Directory>", "<Directory />\n</Files>", "ProxyPass http://a/", "ProxyPass / http://a/ b", "ProxyPass /x !", "SecRuleEngine On", "Listen x",
		"<Location /a>\nProxyPass /x http://a/\n</Location>", "<Location /a>\nProxyPass http://a/ timeout=3\n</Location>", "ServerName \"a", "LoadModule x_module none.so", "<VirtualHost *:80>\nServerName a.test\n</VirtualHost>\n<VirtualHost *:80>\nServerName b.test\n</VirtualHost>",
		"<Proxy balancer://x>\nBalancerMember http://a:1 status=+H\n</Proxy>\nProxyPass / balancer://x/", "<IfModule proxy_module>\n</IfModule>\nProxyTimeout 5\nTimeout 3", "<If \"%{REQUEST_URI} == '/x'\">\nSetHandler \"proxy:unix:/a|fcgi://b\"\n</If>", "ServerRoot \"/\"\nIncludeOptional none",
	} {
		dir := t.TempDir()
		write := func(name, text string) string {
			full := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			return full
		}
		write("other.conf", "ServerAdmin a@b\n")
		write("sites/1.conf", "ServerAdmin a@b\n")
		write("sites/sub/2.conf", "ServerAdmin a@b\n")
		head := "DefaultRuntimeDir " + dir + "\nPidFile " + dir + "/pid\nErrorLog " + dir + "/log\nServerName main\nListen 127.0.0.1:1\n" + load
		main := write("main.conf", head+"Include case.conf\n")
		at := write("case.conf", text+"\n")
		c := Parse(disk{}, Build{Root: dir, ConfPath: main})
		out, err := exec.Command(httpd, "-t", "-d", dir, "-f", main).CombinedOutput()
		run := ParseTest(out, 0)
		run.Verdict = TestOK
		if err != nil {
			run = ParseTest(out, 1)
		}
		name := fmt.Sprintf("case %d, %.60q", i, text)
		if want := run.Verdict != TestOK; want != (len(c.Problems) > 0) {
			if !strings.Contains(text, "Bogus") || !want { // what a command is called only httpd knows
				t.Errorf("%s: got %v, Apache says %s", name, c.Problems, out)
				continue
			}
			checkBogus(t, name, c, run)
			continue
		}
		if len(c.Problems) > 0 && (c.Problems[0].File != at && c.Problems[0].File != main || c.Problems[0].Line != run.Problem.Line) {
			t.Errorf("%s: got %v, Apache says %v\n%s", name, c.Problems[0], run.Problem, out)
		}
		if run.Verdict != TestOK {
			continue
		}
		includes, _ := exec.Command(httpd, "-t", "-D", "DUMP_INCLUDES", "-D", "DUMP_VHOSTS", "-d", dir, "-f", main).CombinedOutput()
		for _, f := range c.Files {
			if !strings.Contains(string(includes), " "+f+"\n") {
				t.Errorf("%s: Apache does not read %s", name, f)
			}
		}
		for line := range strings.Lines(string(includes)) {
			if f := strings.Fields(line); len(f) > 1 && strings.HasPrefix(f[0], "(") && !slices.Contains(c.Files, f[1]) {
				t.Errorf("%s: we do not read %s", name, f[1])
			}
			if _, where, ok := strings.Cut(strings.TrimSpace(line), "namevhost "); ok {
				file, _, _ := strings.Cut(where[strings.IndexByte(where, '(')+1:], ")")
				if !slices.ContainsFunc(c.Servers(), func(s *Server) bool { return s.Place.String() == file }) {
					t.Errorf("%s: Apache has a virtual host at %s", name, file)
				}
			}
		}
	}
}

// checkBogus asks that the line Apache does not know is among what we read, at the same place.
func checkBogus(t *testing.T, name string, c *Config, run TestRun) {
	t.Helper()
	for _, i := range c.Main.Items {
		if i.Directive != nil && i.Directive.Name == "Bogus" && i.Directive.Place == (Place{File: run.Problem.File, Line: run.Problem.Line}) {
			return
		}
	}
	t.Errorf("%s: no directive Bogus at %s:%d", name, run.Problem.File, run.Problem.Line)
}
