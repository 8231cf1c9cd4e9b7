package checks

import (
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

func TestInKernel(t *testing.T) {
	text := func(wchan string) string {
		return "base debian-gunicorn-up\n-- proc/951/task/951/wchan --\ndo_epoll_wait\n-- proc/951/task/952/wchan --\n" + wchan + "\n"
	}
	for wchan, want := range map[string]string{
		"hrtimer_nanosleep":     "gunicorn, in hrtimer_nanosleep: it sleeps: a pause in its own code, or a retry that waits",
		"locks_lock_inode_wait": "gunicorn, in locks_lock_inode_wait: it waits for a lock on a file that another process holds",
		"ep_poll":               "", // so it waits for its next request
		"0":                     "", // it runs, or the kernel does not tell us
	} {
		f := sysinfo.NewFacts(hosttest.Text(t, "testdata", text(wchan)).Host)
		e, ok := inKernel(f, []sysinfo.Proc{{PID: 1, Name: "init"}, {PID: 951, Name: "gunicorn"}})
		if e.Text != want || ok != (want != "") {
			t.Errorf("%s: %q, %v, want %q", wchan, e.Text, ok, want)
		}
	}
}
