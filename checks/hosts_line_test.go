package checks

import (
	"os"
	"path/filepath"
	"testing"

	"fix502/sysinfo"
)

// What a tenant writes as the name of a database never becomes a part of a command.
func TestOnlyNamesGoIntoTheHostsFile(t *testing.T) {
	root := sysinfo.OpenRoot(t.TempDir())
	for _, s := range []string{"", "x'; id; '", "a b", "a/d;s", "x\n127.0.0.1 bank.test", "$(id)", "-n", "größe"} {
		if x, ok := nameInHosts(root, Fix{}, "127.0.0.1", s); ok || len(x.Steps) > 0 || x.Undo != "" {
			t.Errorf("%q: got %v", s, x)
		}
	}
	x, ok := nameInHosts(root, Fix{}, "127.0.0.1", "db_1.shop-intern.test")
	if !ok || x.Undo != `sed -i '\#^127\.0\.0\.1 db_1\.shop-intern\.test$#d' /etc/hosts` {
		t.Errorf("got %v", x)
	}
}

// cloud-init writes the hosts file anew at each boot, from the template that the file's own head names.
func TestTheHostsFileOfCloudInit(t *testing.T) {
	dir := t.TempDir()
	root := sysinfo.OpenRoot(dir)
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const template = "/etc/cloud/templates/hosts.debian.tmpl"
	write("/etc/hosts", "# then you will need to either\n# a.) make changes to the master file in "+template+"\n127.0.0.1 localhost\n")
	x, _ := nameInHosts(root, Fix{}, "10.0.7.11", "web1.lan")
	if len(x.Steps) != 2 || x.Steps[1].Command != "" {
		t.Errorf("without its template: got %v", x.Steps)
	}
	write(template, "127.0.0.1 localhost\n")
	x, _ = nameInHosts(root, Fix{}, "10.0.7.11", "web1.lan")
	if len(x.Steps) != 2 || x.Steps[1].Command != "echo '10.0.7.11 web1.lan' >>"+template {
		t.Errorf("with its template: got %v", x.Steps)
	}
	if want := `sed -i '\#^10\.0\.7\.11 web1\.lan$#d' ` + template + `; sed -i '\#^10\.0\.7\.11 web1\.lan$#d' /etc/hosts`; x.Undo != want {
		t.Errorf("got the way back %q, want %q", x.Undo, want)
	}
}
