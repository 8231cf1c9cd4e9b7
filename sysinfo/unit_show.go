package sysinfo

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// unitProps are the properties asked for; order does not matter to systemd.
const unitProps = "Id,Names,LoadState,ActiveState,SubState,Result,UnitFileState,ExecMainStatus,ExecMainCode,NRestarts,Restart," +
	"MainPID,FragmentPath,DropInPaths,ExecStart,User,Group,StatusText,StateChangeTimestamp,NeedDaemonReload,PrivateTmp,PrivateNetwork," +
	"RuntimeDirectoryPreserve,RestrictAddressFamilies,ProtectSystem,ProtectHome,ReadWritePaths,InaccessiblePaths," +
	"IPAddressDeny,IPAddressAllow,MemoryMax,MemoryHigh,TasksMax,TasksCurrent,LimitNOFILE,OOMPolicy,ControlGroup,WorkingDirectory,Environment,UMask,ActiveEnterTimestamp,ActiveExitTimestamp,InactiveEnterTimestamp,InactiveExitTimestamp,Type,After,Wants," +
	"Requires,Requisite,BindsTo,ConditionResult,MemoryDenyWriteExecute,SystemCallFilter,RuntimeDirectory,StateDirectory,CacheDirectory,LogsDirectory,CanReload,ExecReload"

func (f *Facts) showUnits(ctx context.Context, names []string) (map[string]Unit, error) {
	ctx, cancel := context.WithTimeout(ctx, toolWait)
	defer cancel()
	out, err := f.Host.Run(ctx, "systemctl", append([]string{"show", "--no-pager", "-p", unitProps, "--"}, names...)...)
	if err != nil {
		return nil, err
	}
	if len(out.Stdout) == 0 {
		return nil, fmt.Errorf("systemctl show: %s", firstLine(out.Stderr, "no answer"))
	}
	return parseUnits(string(out.Stdout)), nil
}

// parseUnits reads `systemctl show`: KEY=VALUE lines, an empty line between units.
func parseUnits(text string) map[string]Unit {
	out := map[string]Unit{}
	for block := range strings.SplitSeq(text, "\n\n") {
		p := map[string]string{}
		for line := range strings.Lines(block) {
			if k, v, ok := strings.Cut(strings.TrimRight(line, "\n"), "="); ok {
				if k == "ExecStart" && p[k] != "" {
					continue
				}
				p[k] = v
			}
		}
		if p["Id"] == "" {
			continue
		}
		u := unitFrom(p)
		out[u.Name] = u
		for alias := range strings.FieldsSeq(p["Names"]) {
			out[alias] = u
		}
	}
	return out
}

func unitFrom(p map[string]string) Unit {
	num := func(k string) int { n, _ := strconv.Atoi(p[k]); return n }
	return Unit{
		Name: p["Id"], Load: p["LoadState"], Active: p["ActiveState"], Sub: p["SubState"], Result: p["Result"],
		Enabled: p["UnitFileState"], ExitCode: num("ExecMainStatus"), CodeKind: codeKind(num("ExecMainCode")),
		Restarts: num("NRestarts"), Restart: p["Restart"], MainPID: num("MainPID"), Fragment: p["FragmentPath"],
		DropIns: strings.Fields(p["DropInPaths"]), Exec: execLine(p["ExecStart"]), User: p["User"], Group: p["Group"],
		StatusText: p["StatusText"], Since: stamp(p["StateChangeTimestamp"]), Changed: p["NeedDaemonReload"] == "yes", Props: p,
	}
}

// Ran is how long a service was up before it ended; 0 where it is up, or its last start never came that far, or systemd does not know it
// any more.
func (u Unit) Ran() time.Duration {
	at := func(key string) time.Time { return stamp(u.Props[key]) }
	up, exit, down := at("ActiveEnterTimestamp"), at("ActiveExitTimestamp"), at("InactiveEnterTimestamp")
	if !exit.IsZero() && exit.Before(down) {
		down = exit
	}
	// A later start than that which came up; one that waits for its next start has left "inactive" in the moment in which it ended.
	if began := at("InactiveExitTimestamp"); up.IsZero() || began.After(up) && began.Sub(exit) > 2*time.Second {
		return 0
	}
	return max(0, down.Sub(up))
}

// Reloaded is when its last reload through systemd was well done: the last of its commands ended with 0. Zero where there was none.
func (u Unit) Reloaded() time.Time {
	was := u.Props["ExecReload"]
	if !strings.Contains(was, "; code=exited ; status=0 ") {
		return time.Time{}
	}
	_, rest, _ := strings.Cut(was, "stop_time=[")
	at, _, _ := strings.Cut(rest, "]")
	return stamp(at)
}

// EndedByReload says that a service ended in the moment in which it was reloaded, and the reload was well done as far as systemd saw.
func (u Unit) EndedByReload() bool {
	at, exit := u.Reloaded(), stamp(u.Props["ActiveExitTimestamp"])
	return !at.IsZero() && !exit.Before(at) && exit.Sub(at) <= 2*time.Second
}

// codeKind names the si_code of waitid(2): 1 exited, 2 killed, 3 dumped.
func codeKind(n int) string {
	return map[int]string{1: "exited", 2: "killed", 3: "dumped"}[n]
}

// execLine takes argv[]= out of "{ path=… ; argv[]=… ; ignore_errors=… }".
func execLine(s string) string {
	_, rest, ok := strings.Cut(s, "argv[]=")
	if !ok {
		return ""
	}
	line, _, _ := strings.Cut(rest, " ; ")
	return strings.TrimSpace(line)
}

// stamp reads "Sun 2026-11-22 12:22:51 UTC"; zone names other than the machine's own are read as UTC.
func stamp(s string) time.Time {
	f := strings.Fields(s)
	if len(f) < 3 {
		return time.Time{}
	}
	if len(f) >= 4 && f[3] == "UTC" {
		t, _ := time.ParseInLocation("2006-01-02 15:04:05", f[1]+" "+f[2], time.UTC)
		return t
	}
	t, _ := time.ParseInLocation("2006-01-02 15:04:05", f[1]+" "+f[2], time.Local)
	return t
}
