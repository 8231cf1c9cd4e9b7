package checks

import (
	"fmt"
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/recorded"
)

// shopThatFails is a machine with a service that failed; more are facts and files of its own.
func shopThatFails(t *testing.T, props, journal string, more ...string) (*sysinfo.Facts, sysinfo.Unit) {
	t.Helper()
	text := fmt.Sprintf("# A service that failed.\ndir /etc 0 0 0755\ndir /var/log 0 0 0755\ndir /var/lib 0 0 0755\ndir /var/www 0 0 0755\ndir /srv 0 0 0755\n%s\n"+
		"unit shop.service ActiveState=failed SubState=failed Result=exit-code MainPID=0 ExecMainCode=1 ExecMainStatus=1 FragmentPath=/etc/systemd/system/shop.service %s\n-- etc/systemd/system/shop.service --\n[Service]\n"+
		"-- etc/passwd --\nroot:x:0:0::/:/bin/sh\ndeploy:x:1001:1001::/:/bin/sh\nmysql:x:110:110::/:/bin/false\nalice:x:1002:1002::/home/alice:/bin/sh\n"+
		"-- etc/group --\nroot:x:0:\ndeploy:x:1001:\nmysql:x:110:\nalice:x:1002:\n%s-- journal: shop.service --\n12:20:39 %s\n",
		more[0], props, strings.Join(more[1:], ""), journal)
	m, err := recorded.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	f := sysinfo.NewFacts(m.Host)
	u, ok := f.Unit(t.Context(), "shop.service")
	if !ok {
		t.Fatal("no unit")
	}
	return f, u
}

// obstacleSays is what an obstacle and the commands that take it away say, with the way back after a "<".
func obstacleSays(o *obstacle) string {
	if o == nil {
		return ""
	}
	x := o.clear(Fix{})
	var out []string
	for _, s := range x.Steps {
		if s.Command == "" {
			out = append(out, "tell")
			continue
		}
		out = append(out, s.Command)
	}
	return strings.Join(append(out, "< "+x.Undo), "; ")
}

// A line of a journal, of which strangers write some, gives nobody anything but what is the service's own.
func TestOnlyTheServicesOwnIsGiven(t *testing.T) {
	const deploy = "User=deploy WorkingDirectory=/srv/shop ExecStart={ path=/usr/bin/python3 ; argv[]=/usr/bin/python3 app.py ; }"
	for _, tt := range []struct{ name, line, facts, want string }{
		{"what a visitor asked for", `127.0.0.1 "GET /admin HTTP/1.1" 403 permission denied`, "", ""},
		{"what a visitor wrote", `GET /x?q=Permission denied: '/var/log/shop/app.log'`, "dir /var/log/shop 0 0 0755", ""},
		{"a path that is not complained of", `loaded /etc/shop.conf, then permission denied`, "", ""},
		{"a setting", `PermissionError: [Errno 13] Permission denied: '/etc/shop.conf'`, "", "tell; < "},
		{"a key", `PermissionError: [Errno 13] Permission denied: '/etc/ssl/private/site.key'`, "own /etc/ssl/private/site.key 0 0 0640\ndir /etc/ssl/private 0 0 0710", "tell; tell; < "},
		{"the root folder", `open /shop.txt: permission denied`, "dir / 0 0 0755", "tell; < "},
		{"another's data", `PermissionError: [Errno 13] Permission denied: '/var/lib/mysql/app.db'`, "dir /var/lib/mysql 110 110 0750", "tell; < "},
		{"a stranger's home", `PermissionError: [Errno 13] Permission denied: '/home/alice/app.log'`, "dir /home/alice 1002 1002 0750", "tell; < "},
		{"the folder of all sites", `open /var/www/shop.db: permission denied`, "", "tell; < "},
		{"a log beside everybody's", `PermissionError: [Errno 13] Permission denied: '/var/log/shop.log'`, "", "install -o deploy -g deploy -m 640 /dev/null /var/log/shop.log; < rm /var/log/shop.log"},
		{"a folder named after it", `Error: EACCES: permission denied, open '/var/log/shop/app.log'`, "dir /var/log/shop 0 0 0755",
			"chgrp deploy /var/log/shop; chmod g+rwX /var/log/shop; < chgrp root /var/log/shop; chmod 0755 /var/log/shop"},
		{"a folder of another program", `Error: EACCES: permission denied, open '/var/log/exim/app.log'`, "dir /var/log/exim 0 0 0755", "tell; < "},
		{"and what lies in it", `Error: '/var/log/shop/app.log' isn't writable [PermissionError(13, 'Permission denied')]`, "dir /var/log/shop 0 0 0755\nown /var/log/shop/app.log 0 0 0644",
			"chgrp deploy /var/log/shop /var/log/shop/app.log; chmod g+rwX /var/log/shop /var/log/shop/app.log; < chgrp root /var/log/shop/app.log; chmod 0644 /var/log/shop/app.log; chgrp root /var/log/shop; chmod 0755 /var/log/shop"},
		{"in its folder, all", `Permission denied @ rb_sysopen - /srv/shop/log/production.log (Errno::EACCES)`, "dir /srv/shop 0 0 0755\ndir /srv/shop/log 0 0 0755\nown /srv/shop/log/production.log 0 0 0644",
			"chgrp -R deploy /srv/shop/log; chmod -R g+rwX /srv/shop/log; < find /srv/shop/log ! -type l -execdir chgrp -h root {} +; find /srv/shop/log -type d -execdir chmod g=rx {} +; find /srv/shop/log ! -type d ! -type l ! -perm -u=x -execdir chmod g=r {} +"},
		{"what its user's folder has of root's", `Error: EACCES: permission denied, open '/var/www/blog/config.json'`, "dir /var/www/blog 1001 1001 0755\nown /var/www/blog/config.json 0 0 0600",
			"find /var/www/blog/config.json -maxdepth 0 ! -type l -execdir chgrp -h deploy {} + -execdir chmod g+rX {} +; < find /var/www/blog/config.json -maxdepth 0 ! -type l -execdir chgrp -h root {} + -execdir chmod 0600 {} +"},
		{"what another's folder has of root's", `Error: EACCES: permission denied, open '/var/www/blog/config.json'`, "dir /var/www/blog 1002 1002 0755\nown /var/www/blog/config.json 0 0 0600", "tell; < "},
		{"in a folder in which it may put a link in its place", `Permission denied @ rb_sysopen - /srv/shop/log/production.log (Errno::EACCES)`, "dir /srv/shop 1001 1001 0755\ndir /srv/shop/log 0 0 0755\nown /srv/shop/log/production.log 0 0 0644",
			`find /srv/shop/log ! -type l -execdir chgrp -h deploy {} + -execdir chmod g+rwX {} +; < find /srv/shop/log ! -type l -execdir chgrp -h root {} +; find /srv/shop/log -type d -execdir chmod g=rx {} +; find /srv/shop/log ! -type d ! -type l ! -perm -u=x -execdir chmod g=r {} +`},
		{"a folder of the system that is not there", `[Errno 2] No such file or directory: '/etc/systemd/system/ssh.service.d/x.log'`, "", "tell; < "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := ""
			for _, file := range []string{"/etc/ssl/private/site.key", "/var/log/shop/app.log", "/srv/shop/log/production.log", "/var/www/blog/config.json"} {
				if strings.Contains(tt.facts, "own "+file) {
					files += "-- " + file[1:] + " --\n"
				}
			}
			f, u := shopThatFails(t, deploy, tt.line, tt.facts, files)
			if got := obstacleSays(missesFile(t.Context(), f, u)); got != tt.want {
				t.Errorf("got %s\nwant %s", got, tt.want)
			}
		})
	}
}
