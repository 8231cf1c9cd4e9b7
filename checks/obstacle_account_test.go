package checks

import "testing"

// %i and the like name nothing until systemd has filled them in; those of the unit's own name are filled in here as well.
func TestSpecifiersAreNoNames(t *testing.T) {
	f, u := shopThatFails(t, "User=deploy ConditionResult=no ExecStart={ path=/home/deploy/bin/app ; argv[]=/home/deploy/bin/app ; }", "", "dir /srv 0 0 0755", "-- etc/systemd/system/shop.service --\n"+
		"[Unit]\nConditionPathExists=/srv/%p/server\n[Service]\nUser=%i\nGroup=%i\nEnvironmentFile=%h/env\nExecStart=%h/bin/app\nStandardOutput=append:/var/log/%p/app.log\n-- usr/bin/app --\n#\n")
	u.Result = "resources"
	for name, o := range map[string]*obstacle{
		"User":                noAccount(t.Context(), f, u, "User"),
		"Group":               noAccount(t.Context(), f, u, "Group"),
		"ConditionPathExists": unmetCondition(t.Context(), f, u),
		"EnvironmentFile":     noEnvironment(t.Context(), f, u),
		"StandardOutput":      noOutput(f, u, exitStdout),
		"ExecStart":           noWay(t.Context(), f, u, "/home/deploy/bin/app", "ExecStart", 1),
	} {
		if o != nil {
			t.Errorf("%s: got %s: %s", name, o.says, obstacleSays(o))
		}
	}
}
