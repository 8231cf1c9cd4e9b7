package checks

import (
	"fmt"
	"path"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// alreadyHeld is what PHP-FPM says when it can connect to the socket where a pool of its own should listen (fpm_sockets.c).
var alreadyHeld = whenAsked(`FPM instance seems to already listen on (\S+)`)

// heldElsewhere is the pool whose socket another PHP-FPM has; PHP-FPM names the address alone.
func (d *fpmDown) heldElsewhere(text string) *phpfpm.Pool {
	m := alreadyHeld.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	for _, p := range d.fpm.Config.Pools {
		if p.Get("listen").Text == m[1] {
			return p
		}
	}
	return nil
}

// leaveToOther is for a pool that was left in two PHP versions: the one that began first has its socket, and the other starts none of its
// pools for its sake. Where that one serves, the copy here is set aside; no site loses anything.
func leaveToOther(t *poolTrouble, x Fix) Fix {
	pool := t.d.heldElsewhere(t.text)
	if pool == nil {
		return x.Tell("Correct the configuration: %s", reason(t.text))
	}
	listen := pool.Get("listen").Text
	other := runsAt(t, listen)
	if other == nil || path.Ext(pool.Place.File) != ".conf" || !onlyPool(t.f, pool) {
		x.Undo = ""
		return x.Tell("Another PHP-FPM listens on %s: ss -lxp shows its process. End it the way it was started, if it should not; else take pool %s out of %s, or give it another socket, and its site the same", listen, pool.Name, pool.Place.File)
	}
	file := pool.Place.File
	x.Title, x.Undo = "Leave the pool to "+other.Name()+" and start "+t.d.fpm.Name(), fmt.Sprintf("mv -nT %s %s", sh(file+".off"), sh(file))
	return x.Do(fmt.Sprintf("%s has a pool at %s, runs, and answers there: set the copy aside. PHP-FPM reads files that end in .conf", other.Name(), listen), "mv -nT %s %s", sh(file), sh(file+".off"))
}

// runsAt is another PHP-FPM that runs and has a pool at an address.
func runsAt(t *poolTrouble, listen string) *sysinfo.FPM {
	all, _ := t.f.FPM(t.ctx) // none is an answer
	for _, p := range all {
		if p.Conf == t.d.fpm.Conf || !p.Running() {
			continue
		}
		for _, pool := range p.Config.Pools {
			if pool.Get("listen").Text == listen {
				return p
			}
		}
	}
	return nil
}
