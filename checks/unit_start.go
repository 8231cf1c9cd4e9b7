package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// startUnit brings a service up, and keeps it up over the next boot where that makes sense.
func startUnit(u sysinfo.Unit) Fix {
	name := sh(unitWord(u.Name))
	x := Fix{Title: "Start " + unitWord(u.Name), Risk: Low, Undo: u.Command("stop")}
	if user, ok := u.OfUser(); ok && u.Keeper != "" {
		x.Title = "Let the services of " + user + " run without a login"
		x.Undo += "; loginctl disable-linger " + user
		return x.Do("Keep the manager of "+user+" from now on: it starts the services that are enabled", "%s", u.Keeper)
	}
	if u.Manager != "" {
		return x.Do("Start it", "%s%s", u.Command("start"), warmUp(u))
	}
	if u.Load == "masked" || u.Enabled == "masked" || u.Enabled == "masked-runtime" {
		x = x.Do("It is masked: somebody forbade its start. Allow it again", "systemctl unmask %s", name)
		x.Undo += "; systemctl mask " + name
	}
	if u.Looping() { // a start would join the attempt that is about to fail, and the last that systemd grants may be used up by then
		return x.Do("Start it anew: systemd is in the middle of trying", "%s%s", anew(u), warmUp(u))
	}
	if u.Active == "failed" || u.Result == "start-limit-hit" {
		x = x.Do("Forget the failed starts, so that systemd tries again", "systemctl reset-failed %s", name)
	}
	if u.Enabled == "disabled" && u.SysV() { // --now is for systemd's own units
		x.Undo = fmt.Sprintf("systemctl stop %s; systemctl disable %s", name, name)
		return x.Do("Start it at every boot", "systemctl enable %s", name).Do("Start it now", "systemctl start %s%s", name, warmUp(u))
	}
	if u.Enabled == "disabled" || u.Load == "masked" || u.Enabled == "masked" {
		x.Undo = strings.Replace(x.Undo, u.Command("stop"), "systemctl disable --now "+name, 1)
		return x.Do("Start it now and at every boot", "systemctl enable --now %s%s", name, warmUp(u))
	}
	return x.Do("Start it", "systemctl start %s%s", name, warmUp(u))
}

// startAnew starts a service that failed, however often systemd tried it before: what it was told is corrected by then.
func startAnew(u sysinfo.Unit, x Fix, say string) Fix {
	x = asKept(u, x)
	if u.Manager == "" && (u.Restarts > 0 || !u.Running()) {
		x = x.Do("Forget the failed starts", "systemctl reset-failed %s", sh(unitWord(u.Name)))
	}
	return x.Do(say, "%s%s", u.Command("restart"), warmUp(u))
}

// warmUp gives a service that does not tell when it is ready the time to get there.
func warmUp(u sysinfo.Unit) string {
	if strings.HasSuffix(u.Keeper, "sleep 2") { // it waits already
		return ""
	}
	if u.Tomcat() { // Java takes its time
		return " && sleep 10"
	}
	if t := u.Type(); t == "simple" || t == "exec" || t == "oneshot" || u.SysV() || u.Manager != "" || strings.Contains(u.Exec, "emperor") { // an Emperor is ready before his vassals are
		return " && sleep 2"
	}
	return ""
}

// untilListens waits for a port: Java takes its time.
func untilListens(port int) string {
	return fmt.Sprintf(" && timeout 60 sh -c 'until ss -ltn | grep -q \":%d \"; do sleep 1; done'; sleep 1", port)
}
