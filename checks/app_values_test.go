package checks

import "testing"

// A port in an app's settings, and what somebody may have written around it.
func TestOddLine(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		systemd    bool
		want       string
	}{
		{"a plain value", "PORT=3000", true, ""},
		{"another port", "PORT=3001 # old", true, ""},
		{"a comment behind it", "PORT=3000 # behind nginx", true, "PORT=3000"},
		{"export, for systemd", "export PORT=3000", true, "PORT=3000"},
		{"export, for a shell", "export PORT=3000", false, ""},
		{"quotes, for systemd", `PORT="3000"`, true, ""},
		{"quotes, for the app", `APP_PORT='3000'`, false, "APP_PORT=3000"},
		{"a quote too few", `PORT="3000`, true, "PORT=3000"},
		{"Windows", "PORT=3000\r", false, "PORT=3000"},
		{"Windows, for systemd", "PORT=3000\r", true, ""},
		{"an address", `HOST="127.0.0.1`, true, "HOST=127.0.0.1"},
		{"no port at all", "TRANSPORT=3000 # x", true, ""},
	} {
		odd, ok := oddLine(tt.line, "3000", tt.systemd)
		if got := odd.fit; ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("%s: got %q, %v, want %q", tt.name, got, ok, tt.want)
		}
	}
}

// A database's name that is unknown is not the address to listen on.
func TestListenLines(t *testing.T) {
	for line, want := range map[string]bool{"HOST=a.test": true, "export APP_HOST=a.test": true, "DB_HOST=a.test": false, "REDIS_PORT=6379": false, "SMTP_HOST=a.test": false, "LISTEN_ADDR=a.test": true} {
		if got := portLine.MatchString(line); got != want {
			t.Errorf("%s: got %v", line, got)
		}
	}
}
