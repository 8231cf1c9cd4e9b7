package sysinfo

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestDatedLogs(t *testing.T) {
	dir := t.TempDir()
	age := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for i, name := range []string{"a-20261121.log", "a-20261122.log", "a-access-20261122.log", "ab-20261122.log", "err.1763800000", "err.1763886400", "err.old", "2026/11/e"} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, age, age.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	d := &datedLogs{root: OpenRoot(dir), folders: map[string][]string{}}
	for pattern, want := range map[string]string{
		"/a-%Y%m%d.log": "/a-20261122.log",
		"/err":          "/err.1763886400",
		"/err.%s":       "/err.1763886400",
		"/%Y/%m/e":      "/2026/11/e",
		"/none-%F":      "/none-%F",
		"/gone/x-%F":    "/gone/x-%F",
	} {
		if got := d.newest(pattern); got != want {
			t.Errorf("%s: got %s, want %s", pattern, got, want)
		}
	}
	if n := len(d.folders); n != 2 {
		t.Errorf("%d folders were read", n)
	}
}

// The logs of thousands of sites lie in one folder.
func TestDatedLogsOfMany(t *testing.T) {
	names := make([]string, 0, 50000)
	for i := range cap(names) {
		names = append(names, fmt.Sprintf("s%05d-20261122.log", i))
	}
	d := &datedLogs{root: OpenRoot(t.TempDir()), folders: map[string][]string{"/var/log": names}}
	at := time.Now()
	for i := range 10000 {
		if got := d.fitting(fmt.Sprintf("/var/log/s%05d-%s.log", i, anyTime("%Y")+anyTime("%m")+anyTime("%d"))); len(got) != 1 {
			t.Fatalf("%d: %v", i, got)
		}
	}
	if took := time.Since(at); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestNamesInOrder(t *testing.T) {
	for pattern, want := range map[string]bool{
		"/var/log/shop-%Y%m%d.log": true, "/var/log/%Y/%m/shop-%F": false, "shop.%F-%H": true, "shop": true, "shop.%s": true, "shop-%y%m%d": true,
		"shop-%d%m%Y.log": false, "shop-%a.log": false, "shop-%b%d": false, "shop-%s-%Y": false,
	} {
		if got := sortsAsTime(pattern); got != want {
			t.Errorf("%s: got %v", pattern, got)
		}
	}
}
