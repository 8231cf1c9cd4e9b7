package lab

// linking keeps systemd from reading all its units again each time that a setup enables one, which takes it a tenth of a second: the links are made
// without it (SYSTEMD_OFFLINE in its ENVIRONMENT.md), and it reads a unit that it does not know yet when it starts it.
const linking = `
systemctl() {
	case "$*" in
	*' rsyslog'*) command systemctl "$@" ;; # its socket asks for syslog.service, which is a link of this kind
	'enable -q --now '*) shift 3 && systemctl enable -q "$@" && command systemctl start "$@" ;;
	'enable -q '*) SYSTEMD_OFFLINE=1 command systemctl "$@" ;;
	*) command systemctl "$@" ;;
	esac
}
`

// reread has systemd know the links at last. Of a unit to which none leads it forgets all once the unit has stopped, even when that was.
const reread = `
[ ! -d /run/systemd/system ] || command systemctl daemon-reload
`

// settingUp is the script of a setup as it is run.
func settingUp(script []byte) string { return linking + string(script) + reread }
