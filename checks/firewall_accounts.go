package checks

import (
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var ofAccounts = whenAsked(`\b(skuid|skgid|uid-owner|gid-owner) ((?:[!=]= )?)(?:\{ ([^{}]*) \}|([^\s{}]+))`)

// accountsByNumber is a rule with the numbers of users and groups, in their order, where a file has names: so nft prints them.
func accountsByNumber(core string, users *sysinfo.Users) string {
	if users == nil {
		return core
	}
	return ofAccounts.ReplaceAllStringFunc(core, func(part string) string {
		m := ofAccounts.FindStringSubmatch(part)
		var ids []int
		for word := range strings.SplitSeq(m[3]+m[4], ",") {
			id, ok := accountID(strings.TrimSpace(word), m[1], users)
			if !ok {
				return part
			}
			ids = append(ids, id)
		}
		slices.Sort(ids)
		out := make([]string, len(ids))
		for i, id := range ids {
			out[i] = strconv.Itoa(id)
		}
		return m[1] + " " + m[2] + strings.Join(out, " , ")
	})
}

// accountID is the number of a user or a group that a rule names or numbers.
func accountID(word, key string, users *sysinfo.Users) (int, bool) {
	if id, err := strconv.Atoi(word); err == nil {
		return id, true
	}
	if key == "skgid" || key == "gid-owner" {
		return users.GID(word)
	}
	c, ok := users.Creds(word)
	return c.UID, ok
}
