package checks

import "testing"

// chown -R leaves what a link leads to as it is.
func TestTheFolderBehindALinkIsGivenBack(t *testing.T) {
	for _, tt := range []struct{ facts, want string }{
		{"dir /var/lib/mysql 0 0 0750", "chown -R mysql:mysql /var/lib/mysql; < chown -R 0:0 /var/lib/mysql"},
		{"link /var/lib/mysql /data/mysql\ndir /data/mysql 0 0 0750", "chown -R mysql:mysql /data/mysql; < chown -R 0:0 /data/mysql"},
		{"link /var/lib/mysql /data\ndir /data 0 0 0750", "tell; < "},
	} {
		f, u := shopThatFails(t, "", "", tt.facts, "-- journal: mariadb.service --\n12:20:39 [Warning] Can't create test file: Errcode: 13\n")
		u.Name = "mariadb.service"
		if got := obstacleSays(strangersHome(t.Context(), f, u)); got != tt.want {
			t.Errorf("got %s\nwant %s", got, tt.want)
		}
	}
}
