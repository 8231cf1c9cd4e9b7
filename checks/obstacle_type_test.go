package checks

import "testing"

func TestTheCommandIsSetIntoTheForeground(t *testing.T) {
	const undo = "/etc/systemd/system/shop.service; systemctl daemon-reload"
	for _, tt := range []struct{ name, unit, want string }{
		{"a step before it has the same word", "ExecStartPre=/usr/bin/install -D a b\nExecStart=/usr/bin/gunicorn -D app:app", "sed -i '3s# -D##' /etc/systemd/system/shop.service; systemctl daemon-reload; < sed -i '3c ExecStart=/usr/bin/gunicorn -D app:app' " + undo},
		{"a command of several lines", "ExecStart=/usr/bin/gunicorn \\\n# all of it\n  -w 2 -D \\\n  app:app", "sed -i '4s# -D##' /etc/systemd/system/shop.service; systemctl daemon-reload; < sed -i '4c\\  -w 2 -D \\\\' " + undo},
		{"a word that begins so", "ExecStart=/usr/bin/gunicorn -Dname=x -D app:app", "mkdir -p /etc/systemd/system/shop.service.d; printf '%s\\n' '[Service]' Type=forking >>/etc/systemd/system/shop.service.d/zz-fix502.conf; systemctl daemon-reload; < sed -i -e '\\#^Type=forking$#d' /etc/systemd/system/shop.service.d/zz-fix502.conf; systemctl daemon-reload"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, u := shopThatFails(t, "Type=simple ExecStart={ path=/usr/bin/gunicorn ; argv[]=/usr/bin/gunicorn -D app:app ; }", "", "dir /srv 0 0 0755", "-- etc/systemd/system/shop.service --\n[Service]\n"+tt.unit+"\n")
			u.CodeKind, u.ExitCode = "exited", 0
			if got := obstacleSays(intoBackground(t.Context(), f, u)); got != tt.want {
				t.Errorf("got %s\nwant %s", got, tt.want)
			}
		})
	}
}
