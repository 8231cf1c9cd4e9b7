package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// kernelWaits tells by the kernel's function that a process sleeps in (/proc/pid/wchan, proc_pid_wchan(5)) what it waits for. Those by which
// programs also wait for their next request (accept, epoll_wait, poll) tell nothing, and are not here.
var kernelWaits = []struct{ in, says string }{
	{"nanosleep", "it sleeps: a pause in its own code, or a retry that waits"},
	{"nsleep", "it sleeps: a pause in its own code, or a retry that waits"},
	{"locks_lock", "it waits for a lock on a file that another process holds"},
	{"flock", "it waits for a lock on a file that another process holds"},
	{"pipe_read", "it reads what a program that it started will print"},
	{"pipe_wait_read", "it reads what a program that it started will print"},
	{"rpc_wait", "it waits for an NFS server"},
	{"folio_wait", "it waits for a disk"},
	{"io_schedule", "it waits for a disk"},
	{"wait_for_connect", "it opens a connection that nobody takes"},
	{"inet_stream_connect", "it opens a connection that nobody takes"},
	{"tcp_recvmsg", "it reads from a connection"},
	{"wait_woken", "it reads from a connection"},
	{"sk_wait_data", "it reads from a connection"},
}

// mostThreads is how many processes and threads of one app have their wait read.
const mostThreads = 64

// inKernel is what the first of these processes that waits for something other than its next request does at this moment, of any thread.
func inKernel(f *sysinfo.Facts, procs []sysinfo.Proc) (Evidence, bool) {
	left := mostThreads
	for _, p := range procs {
		tasks, err := f.Host.Root.ReadDir(fmt.Sprintf("/proc/%d/task", p.PID))
		if err != nil {
			continue
		}
		for _, task := range tasks {
			if left--; left < 0 {
				return Evidence{}, false
			}
			dir := fmt.Sprintf("/proc/%d/task/%s", p.PID, task)
			if in := waitChannel(f, dir); in != "" {
				for _, w := range kernelWaits {
					if strings.Contains(in, w.in) {
						return Evidence{Source: dir + "/wchan", Text: fmt.Sprintf("%s, in %s: %s", p.Name, in, w.says)}, true
					}
				}
			}
		}
	}
	return Evidence{}, false
}

// waitChannel is the kernel's function in which a process or thread sleeps, by its folder in /proc; empty where it runs, or where that is
// kept from us (the kernel writes 0 then).
func waitChannel(f *sysinfo.Facts, dir string) string {
	b, err := f.Host.Root.ReadFile(dir + "/wchan")
	if in := strings.TrimSpace(string(b)); err == nil && in != "0" {
		return in
	}
	return ""
}
