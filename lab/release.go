package lab

import (
	"os"
	"slices"
	"strings"
)

// A release is another Debian that everything written for bookworm can be tried on: FIX502_LAB_ON=trixie.
type release struct {
	Suite string
	Words []string // what its files and services are called: bookworm's word, its own
	Lacks []string // packages of bookworm's that it has not
}

var releases = map[string]release{
	"bullseye": {Suite: "bullseye", Lacks: []string{"caddy"},
		Words: []string{"php8.2", "php7.4", "php-fpm8.2", "php-fpm7.4", "php/8.2", "php/7.4", "postgresql/15", "postgresql/13", "postgresql@15", "postgresql@13", "15-main", "13-main", "createcluster 15", "createcluster 13", "15/main", "13/main"}},
	"trixie": {Suite: "trixie",
		Words: []string{"php8.2", "php8.4", "php-fpm8.2", "php-fpm8.4", "php/8.2", "php/8.4", "postgresql/15", "postgresql/17", "postgresql@15", "postgresql@17", "15-main", "17-main", "createcluster 15", "createcluster 17", "15/main", "17/main"}},
}

// first is the tree that faults start from unless they say otherwise.
var first = "bookworm"

// here says in the words of the release what is written for bookworm.
var here = strings.NewReplacer()

func init() {
	name := os.Getenv("FIX502_LAB_ON")
	r, ok := releases[name]
	if !ok && name != "" {
		panic("FIX502_LAB_ON: nothing is known of " + name)
	}
	if !ok {
		return
	}
	first, here = name+"-all", strings.NewReplacer(r.Words...)
	t := trees["bookworm"]
	t.Suite = r.Suite
	t.Packages = strings.Join(slices.DeleteFunc(strings.Fields(t.Packages), func(p string) bool { return slices.Contains(r.Lacks, p) }), " ")
	t.Settle = here.Replace(t.Settle)
	trees[first] = t
}
