package checks

import (
	"path"
	"strings"

	"fix502/sysinfo"
)

// loopbackOff is the kernel's switch of loopback's IPv6 (Documentation/networking/ip-sysctl.rst: disable_ipv6); that of "all" switches every interface.
const loopbackOff, everyOff = "net.ipv6.conf.lo.disable_ipv6", "net.ipv6.conf.all.disable_ipv6"

// ipv6On switches IPv6 on for loopback, now and for the next boot: an app that listens on ::1, or wants to, is not reached at 127.0.0.1 either. The finding gets the
// line that switches it off.
func ipv6On(f *sysinfo.Facts, found *Finding) Fix {
	x := Fix{Title: "Switch IPv6 on again for this machine's own traffic", Risk: Low}
	if f.Host.Root.Exists("/proc/sys") && !f.Host.Root.Exists(loopbackSwitch) { // ipv6.disable=1 on the kernel's command line
		return x.Tell("The kernel was started without IPv6 (ipv6.disable=1 in /proc/cmdline): take that out of its command line and boot, or let the app and the gateway both use 127.0.0.1")
	}
	x.Undo = "sysctl -w " + loopbackOff + "=1"
	x = x.Do("On loopback only: the app's address is there and nowhere else", "sysctl -w %s=0", loopbackOff)
	root := f.Host.Root
	its, every := sysctlLine(f, loopbackOff), sysctlLine(f, everyOff)
	if its.Known() && turnsOff(root, its) {
		found.Where = its
		found.Evidence = append(found.Evidence, lineOf(root, its))
		x.Undo = also(x.Undo, setLine(root, its, configLine(root, its)))
		x = x.Do("And at the next boot", "%s", setLine(root, its, loopbackOff+" = 0"))
	}
	if every.Known() && turnsOff(root, every) && !(its.Known() && setLater(its, every)) {
		found.Where = every
		found.Evidence = append(found.Evidence, lineOf(root, every))
		x.Undo = also(x.Undo, removeBelow(root, every, 1))
		x = x.Do("And at the next boot, when that line switches off all", "%s", insertAfter(root, every, loopbackOff+" = 0"))
	}
	return x
}

// loopbackSwitch is where the kernel tells whether loopback has no IPv6: "1".
const loopbackSwitch = "/proc/sys/net/ipv6/conf/lo/disable_ipv6"

// loopbackIsOff says that loopback has no IPv6 at this moment.
func loopbackIsOff(f *sysinfo.Facts) bool {
	b, err := f.Host.Root.ReadFile(loopbackSwitch)
	return err == nil && strings.TrimSpace(string(b)) == "1"
}

// turnsOff says that a line of sysctl's sets a switch to one.
func turnsOff(r sysinfo.Root, at sysinfo.Place) bool {
	_, value, _ := strings.Cut(configLine(r, at), "=")
	return strings.TrimSpace(value) == "1"
}

// setLater says that one line of sysctl's files is read after another: by their files' names, whatever the folder (sysctl.d(5)).
func setLater(a, b sysinfo.Place) bool {
	if a.File == b.File {
		return a.Line > b.Line
	}
	return path.Base(a.File) > path.Base(b.File)
}
