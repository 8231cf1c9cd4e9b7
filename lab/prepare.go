package lab

import (
	"embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// setups are the healthy sites that faults start from; each machine has them as /lab/*.sh.
//
//go:embed setups
var setups embed.FS

// idle are units that the packages start at every boot and no fault has to do with.
var idle = []string{"podman-auto-update.service", "podman-auto-update.timer", "podman-restart.service", "podman.service", "podman.socket",
	"systemd-logind.service", "systemd-remount-fs.service", "systemd-tmpfiles-setup-dev.service", "systemd-update-utmp.service",
	"systemd-update-utmp-runlevel.service"}

// silent are generators that make no unit in any machine here, and are started at its boot and at each daemon-reload.
var silent = []string{"cryptsetup", "debug", "getty", "gpt-auto", "hibernate-resume", "integritysetup", "run", "system-update", "veritysetup"}

// prepare writes into the machine's own layer, before it is switched on: from outside a file costs nothing, from inside
// a process.
func (m *Machine) prepare() error {
	files, err := setups.ReadDir("setups")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(m.path("lab"), 0o755); err != nil {
		return err
	}
	for _, file := range files {
		text, err := setups.ReadFile("setups/" + file.Name())
		if err != nil {
			return err
		}
		if err := os.WriteFile(m.path("lab", file.Name()), []byte(here.Replace(string(text))), 0o644); err != nil {
			return err
		}
	}
	if err := m.hurryCompiler(); err != nil {
		return err
	}
	units := m.path("etc/systemd/system")
	if _, err := os.Stat(units); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, name := range idle {
		if err := mask(filepath.Join(units, name)); err != nil {
			return err
		}
	}
	for _, name := range silent {
		if err := mask(m.path("etc/systemd/system-generators", "systemd-"+name+"-generator")); err != nil {
			return err
		}
	}
	// systemctl enable asks this program to make links for System V, too, which takes two seconds of perl for each unit;
	// a distribution that has no such links has no such program (systemctl(1)).
	return os.WriteFile(m.path("usr/lib/systemd/systemd-sysv-install"), []byte("#!/bin/sh\n"), 0o755)
}

// hurryCompiler keeps the C compiler from making programs faster: Varnish compiles each VCL that it loads, and has it in a third of the time so.
func (m *Machine) hurryCompiler() error {
	found, _ := filepath.Glob(m.path("usr/bin/*-linux-gnu-gcc"))
	for _, gcc := range found {
		to, err := os.Readlink(gcc)
		if err != nil {
			return err
		}
		if err := os.Remove(gcc); err != nil {
			return err
		}
		if err := os.WriteFile(gcc, []byte("#!/bin/sh\nexec "+to+" \"$@\" -O0\n"), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// mask makes systemd pass over a unit or a generator (systemd.generator(7)).
func mask(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.Symlink("/dev/null", file); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// path is a file of the machine as seen from outside.
func (m *Machine) path(name ...string) string {
	return filepath.Join(append([]string{m.root()}, name...)...)
}
