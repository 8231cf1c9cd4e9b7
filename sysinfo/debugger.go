package sysinfo

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

// opensDebugger are the words that let a program listen for a debugger, and where: node's --inspect, also in NODE_OPTIONS, Java's jdwp,
// Python's debugpy.
var opensDebugger = late.New(`--inspect(?:-brk|-wait)?(?:=([^\s"']+))?(?:["'\s]|$)|jdwp=\S*?address=([^\s,"']+)|debugpy\b.*--listen[= ](\S+)`)

// nodeDebugger is the port of node's debugger where none is named (nodejs.org, "Debugging Node.js").
const nodeDebugger = 9229

// forDebugger says that a process listens at a port for a debugger alone: whoever reaches it runs what code they like, so no gateway may
// be pointed there.
func (f *Facts) forDebugger(ctx context.Context, pid int, s Socket) bool {
	procs, _ := f.Procs(ctx) // without them nothing is known
	i := slices.IndexFunc(procs, func(p Proc) bool { return p.PID == pid })
	if s.Network != "tcp" || i < 0 {
		return false
	}
	words := strings.Join(procs[i].Args, " ")
	own, _ := f.Host.Root.ReadFile(fmt.Sprintf("/proc/%d/environ", pid)) // only its user and root may read it
	for pair := range strings.SplitSeq(string(own), "\x00") {
		if name, value, _ := strings.Cut(pair, "="); name == "NODE_OPTIONS" || name == "JAVA_TOOL_OPTIONS" {
			words += " " + value
		}
	}
	for _, m := range opensDebugger.FindAllStringSubmatch(words, -1) {
		at := m[1] + m[2] + m[3]
		port, err := strconv.Atoi(at[strings.LastIndexByte(at, ':')+1:])
		if err != nil {
			port = nodeDebugger
		}
		if port == int(s.Addr.Port()) {
			return true
		}
	}
	return false
}
