package checks

import (
	"fmt"
	"path"

	"fix502/sysinfo"
)

// setKernel sets one of the kernel's numbers, now and for the next boot: in the admin's line that decides it, else in a file of its own, which comes last of its
// folder (sysctl.d(5)). The value that it has, was, is for the way back; empty where nobody knows it.
func setKernel(f *sysinfo.Facts, x Fix, say, key, value, was string) Fix {
	r, at, all := f.Host.Root, sysctlLine(f, key), key+" = "+value
	var undo []string
	if x.Undo != "" {
		undo = append(undo, x.Undo)
	}
	x = x.Do(say, "sysctl -w %s", sh(key+"="+value))
	if was != "" {
		undo = append(undo, "sysctl -w "+sh(key+"="+was))
	}
	if at.Known() {
		undo = append(undo, setLine(r, at, configLine(r, at)))
		x = x.Do("And for the next boot", "%s", setLine(r, at, all))
	} else {
		conf := fmt.Sprintf("/etc/sysctl.d/zz-%s.conf", path.Ext("." + key)[1:])
		undo = append(undo, dropLine(r, conf, all))
		x = x.Do("And for the next boot", "%s", addLine(r, conf, all))
	}
	x.Undo = undoAll(undo)
	return x
}
