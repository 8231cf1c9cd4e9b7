package checks

import (
	"strings"
	"testing"
)

// A log that logrotate makes anew for root is mended where that is said.
func TestLogsThatARotationShuts(t *testing.T) {
	const give = "find /var/log/shop/shop.log -maxdepth 0 ! -type l -execdir chgrp -h deploy {} + -execdir chmod g+rwX {} +"
	mend := func(line string) string {
		return give + `; sed -i $'` + line + `c\\\tcreate 0640 deploy root' /etc/logrotate.d/shop`
	}
	for name, tt := range map[string]struct{ conf, want string }{
		"its own block":         {"/var/log/shop/*.log {\n\tdaily\n\tcreate 0640 root root\n}\n", mend("3")},
		"a brace of its own":    {"/var/log/shop/shop.log\n{\n\tcreate 640 root root\n}\n", mend("3")},
		"the last line counts":  {"/var/log/shop/*.log {\n\tcreate 0644 deploy deploy\n\tcreate 640 root root\n}\n", mend("3")},
		"another log's":         {"/var/log/shop/other.log {\n\tcreate 640 root root\n}\n", give},
		"made for its user":     {"/var/log/shop/*.log {\n\tcreate 640 deploy root\n}\n", give},
		"left as it was":        {"/var/log/shop/*.log {\n\tcreate\n}\n", give},
		"copied":                {"/var/log/shop/*.log {\n\tcreate 640 root root\n\tcopytruncate\n}\n", give},
		"a script's word":       {"/var/log/shop/*.log {\n\tpostrotate\n\tcreate 640 root root\n\tendscript\n}\n", give},
		"for others' as well":   {"/var/log/shop/*.log /var/log/mail.log {\n\tcreate 640 root root\n}\n", give + "; tell"},
		"of all in one folder":  {"/var/log/shop/*.log\n/var/log/*.log {\n\tcreate 640 root root\n}\n", give + "; tell"},
		"before any log, alone": {"create 640 root root\n", give + "; tell"},
	} {
		f, u := shopThatFails(t, "User=deploy", "Error: EACCES: permission denied, open '/var/log/shop/shop.log'", "dir /var/log/shop 1001 1001 0755\nown /var/log/shop/shop.log 0 0 0640",
			"-- etc/logrotate.d/shop --\n", tt.conf, "-- var/log/shop/shop.log --\n")
		if got, _, _ := strings.Cut(obstacleSays(obstacleOf(t.Context(), f, u)), " < "); !strings.HasSuffix(got, tt.want+";") {
			t.Errorf("%s: got  %s\nwant %s", name, got, tt.want)
		}
	}
}
