package errlog

import (
	"slices"
	"strings"
)

// housekeepers are units that Debian, Ubuntu and Fedora start by themselves and that no site hangs on: they fail on healthy servers every day.
var housekeepers = [...]string{
	"apport", "apt-daily", "apt-daily-upgrade", "bluetooth", "certbot", "cups", "dnf-makecache", "dpkg-db-backup", "e2scrub_all", "exim4-base", "fstrim", "fwupd", "fwupd-refresh",
	"logrotate", "man-db", "ModemManager", "motd-news", "NetworkManager-wait-online", "packagekit", "phpsessionclean", "plymouth-quit-wait", "pollinate", "rpcbind",
	"smartd", "smartmontools", "systemd-networkd-wait-online", "ua-timer", "ubuntu-advantage", "udisks2", "unattended-upgrades", "update-notifier-download", "upower",
}

func housekeeping(unit string) bool {
	return slices.Contains(housekeepers[:], strings.TrimSuffix(unit, ".service"))
}

// mailOrName are ports of services that answer no pages: a flood of connections to one of them is none of the gateway's.
func mailOrName(port int) bool {
	return slices.Contains([]int{21, 22, 25, 53, 110, 143, 465, 587, 993, 995}, port)
}
