package checks

import "testing"

// What is given to a group with all that is in a folder is given back the same way, where one way is that of all of it.
func TestTheWayBackOfAFolder(t *testing.T) {
	const dir = "/srv/shop/dist"
	for name, tt := range map[string]struct{ facts, want string }{
		"closed to all others": {"dir " + dir + " 0 0 0700\nown " + dir + "/a.js 0 0 0600\nown " + dir + "/run 0 0 0700",
			"find " + dir + " ! -type l -execdir chgrp -h root {} + -execdir chmod g= {} +"},
		"read by the group": {"dir " + dir + " 0 1002 0750\nown " + dir + "/a.js 0 1002 0640\nown " + dir + "/run 0 1002 0750",
			"find " + dir + " ! -type l -execdir chgrp -h alice {} +; find " + dir + " -type d -execdir chmod g=rx {} +; find " + dir + " ! -type d ! -type l -perm -u=x -execdir chmod g=rx {} +; find " + dir + " ! -type d ! -type l ! -perm -u=x -execdir chmod g=r {} +"},
		"of two groups":    {"dir " + dir + " 0 0 0700\nown " + dir + "/a.js 0 1002 0600\nown " + dir + "/run 0 0 0700", ""},
		"of several modes": {"dir " + dir + " 0 0 0700\nown " + dir + "/a.js 0 0 0600\nown " + dir + "/run 0 0 0640", ""},
	} {
		f, _ := shopThatFails(t, "", "", tt.facts, "-- srv/shop/dist/a.js --\n-- srv/shop/dist/run --\n")
		users, err := f.Users(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := rightsBack(f.Host.Root, dir, users); got != tt.want {
			t.Errorf("%s: got  %s\nwant %s", name, got, tt.want)
		}
	}
}
