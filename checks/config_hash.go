package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// longest is the longest plain name of a server, and whose it is.
func longest(n *sysinfo.Nginx) (name string, of *nginx.Server) {
	for _, s := range n.Config.Servers() {
		for _, word := range s.Names {
			if len(word) > len(name) && !strings.HasPrefix(word, "~") {
				name, of = word, s
			}
		}
	}
	return name, of
}

// bucket is the size that a table of nginx's needs: for names of servers as much as the longest takes, a power of two. One is a
// pointer, the length and the letters, rounded up to a pointer's size, and a pointer ends the bucket (ngx_hash.c, NGX_HASH_ELT_SIZE).
func bucket(n *sysinfo.Nginx, table string) int {
	const pointer = 8
	size := 128
	if table != "server_names_hash_bucket_size" {
		return size
	}
	name, _ := longest(n)
	need := pointer + (len(name)+2+pointer-1)/pointer*pointer + pointer
	for size < need && size < 4096 {
		size *= 2
	}
	return size
}

// longestName puts the line of the name that does not fit into the table of names in the place of none.
func (t *confError) longestName(g *sysinfo.Gateway, n *sysinfo.Nginx, table string) {
	name, of := longest(n)
	if table != "server_names_hash_bucket_size" || of == nil || t.place.Known() {
		return
	}
	for _, s := range of.Own("server_name") {
		if at := s.Place; strings.Contains(configLine(g.Root, at), name) {
			t.place = at
			t.evidence = append(t.evidence, lineOf(g.Root, at), Evidence{Source: "nginx", Text: fmt.Sprintf("%s has %d letters", name, len(name))})
			return
		}
	}
}
