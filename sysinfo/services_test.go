package sysinfo

import (
	"fmt"
	"testing"
	"time"
)

const showOutput = `Type=notify
Restart=no
ExecStart={ path=/usr/sbin/php-fpm8.2 ; argv[]=/usr/sbin/php-fpm8.2 --nodaemonize --fpm-config /etc/php/8.2/fpm/php-fpm.conf ; ignore_errors=no ; start_time=[Sun 2026-11-22 12:22:50 UTC] ; stop_time=[n/a] ; pid=812 ; code=(null) ; status=0/0 }
MainPID=0
NRestarts=0
ExecMainCode=1
ExecMainStatus=78
Result=exit-code
StatusText=Processes active: 0, idle: 2, Requests: 4711, slow: 0, Traffic: 0.2req/sec
Id=php8.2-fpm.service
Names=php8.2-fpm.service php-fpm.service
LoadState=loaded
ActiveState=failed
SubState=failed
FragmentPath=/lib/systemd/system/php8.2-fpm.service
DropInPaths=/etc/systemd/system/php8.2-fpm.service.d/a.conf /etc/systemd/system/php8.2-fpm.service.d/b.conf
UnitFileState=enabled
StateChangeTimestamp=Sun 2026-11-22 12:22:50 UTC
NeedDaemonReload=yes

Id=worker.service
Names=worker.service
LoadState=loaded
ActiveState=activating
SubState=auto-restart
NRestarts=7
ExecStart={ path=/bin/a ; argv[]=/bin/a --x=1 ; ignore_errors=no }
ExecStart={ path=/bin/b ; argv[]=/bin/b ; ignore_errors=no }
StateChangeTimestamp=

Id=gone.service
Names=gone.service
LoadState=not-found
ActiveState=inactive
SubState=dead

LoadState=bad-setting
`

func TestParseUnits(t *testing.T) {
	units := parseUnits(showOutput)
	fpm := units["php8.2-fpm.service"]
	for _, tt := range []struct{ name, got, want string }{
		{"state", fpm.Active + " " + fpm.Sub + " " + fpm.Result + " " + fpm.Enabled, "failed failed exit-code enabled"},
		{"exit", fmt.Sprint(fpm.CodeKind, " ", fpm.ExitCode, " ", fpm.MainPID), "exited 78 0"},
		{"command line", fpm.Exec, "/usr/sbin/php-fpm8.2 --nodaemonize --fpm-config /etc/php/8.2/fpm/php-fpm.conf"},
		{"a value with = and : in it", fpm.StatusText, "Processes active: 0, idle: 2, Requests: 4711, slow: 0, Traffic: 0.2req/sec"},
		{"drop-ins", fmt.Sprint(fpm.DropIns), "[/etc/systemd/system/php8.2-fpm.service.d/a.conf /etc/systemd/system/php8.2-fpm.service.d/b.conf]"},
		{"since", fpm.Since.Format(time.RFC3339), "2026-11-22T12:22:50Z"},
		{"files changed", fmt.Sprint(fpm.Changed), "true"},
		{"an alias", units["php-fpm.service"].Name, "php8.2-fpm.service"},
		{"the first of two commands", units["worker.service"].Exec, "/bin/a --x=1"},
		{"a loop", fmt.Sprint(units["worker.service"].Looping(), units["worker.service"].Restarts, fpm.Looping()), "true 7 false"},
		{"no time", fmt.Sprint(units["worker.service"].Since.IsZero()), "true"},
		{"not found", units["gone.service"].Load, "not-found"},
		{"a block without a name is left out", fmt.Sprint(len(units)), "4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("got %q, want %q", tt.got, tt.want)
			}
		})
	}
	if got := parseUnits(""); len(got) != 0 {
		t.Errorf("nothing: got %v", got)
	}
}
