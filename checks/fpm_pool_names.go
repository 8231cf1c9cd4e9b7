package checks

import (
	"slices"
	"strings"
)

// namesAccount says that the value of a key of a pool is a user or a group, or a list of them.
func namesAccount(key string) bool {
	return runsAs(key) || slices.Contains([]string{"listen.owner", "listen.group", "listen.acl_users", "listen.acl_groups"}, key)
}

// accountsIn are the names in such a value: the lists of a socket's ACL have commas between them, and may have spaces.
func accountsIn(v string) []string {
	return strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' })
}

// knownHere is the value of a line that names accounts, without those that this machine does not have, and with one who has to be in it. A
// list that came along from another distribution (apache,nginx) names nobody here.
func (t *poolTrouble) knownHere(who string) string {
	users, err := t.f.Users(t.ctx)
	if err != nil || !strings.HasPrefix(t.key(), "listen.acl_") {
		return who
	}
	out := []string{who}
	for _, name := range accountsIn(value(t.old)) {
		_, isUser := users.Creds(name)
		_, isGroup := users.GID(name)
		if name != who && (isUser && t.key() == "listen.acl_users" || isGroup && t.key() == "listen.acl_groups") {
			out = append(out, name)
		}
	}
	return strings.Join(out, ",")
}
