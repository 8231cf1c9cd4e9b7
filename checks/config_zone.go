package checks

import (
	"fmt"
	"regexp"

	"fix502/sysinfo"
)

// cureZone is for a limit whose zone nothing makes. It is not switched off: who tries passwords would be let in as fast as he likes. The
// zone of nearly that name is named, or one is made that counts by the visitor's address (ngx_http_limit_req_module).
func (t *confError) cureZone(g *sysinfo.Gateway, x Fix, zone, line string) (Fix, bool) {
	limit := firstWord(line)
	n, ok := g.Extra.(*sysinfo.Nginx)
	if limit != "limit_req" && limit != "limit_conn" || !ok || !plainZone.MatchString(zone) {
		return x, false
	}
	makes := regexp.MustCompile(`^\s*` + limit + `_zone\s.*zone=(\w+):`)
	var zones []string
	for _, l := range linesIn(g.Root, n.Config.Files...) {
		if m := makes.FindStringSubmatch(l); m != nil {
			zones = append(zones, m[1])
		}
	}
	if meant := meantName(zone, zones); meant != "" {
		return t.slip(g, x, zone, meant), true
	}
	file := newConf(g, "00-zone-"+zone+".conf")
	if file == "" {
		return x.Tell("Make the zone %s again (%s_zone $binary_remote_addr zone=%s:10m …;): the line at %s keeps those off who ask too often", zone, limit, zone, t.place), true
	}
	set := limit + "_zone $binary_remote_addr zone=" + zone + ":10m"
	if rate := "10r/s"; limit == "limit_req" {
		if ofPasswords.MatchString(zone) {
			rate = "1r/s"
		}
		set += " rate=" + rate
	}
	x.Undo = "rm " + sh(file)
	return x.Do(fmt.Sprintf("Make the zone %s again, by each visitor's address. Nobody knows its former rate: look whether this one fits", zone), "echo %s >%s", sh(set+";"), sh(file)), true
}

// newConf is a file of conf.d that is not there yet; empty where nginx does not read that folder.
func newConf(g *sysinfo.Gateway, name string) string {
	file := "/etc/nginx/conf.d/" + name
	if !seekLine(g, readsConfD).Known() || !g.Root.Exists("/etc/nginx/conf.d") || g.Root.Exists(file) {
		return ""
	}
	return file
}

// readsConfD is the line by which nginx reads that folder; one of an admin's own making may not.
var readsConfD = whenAsked(`^\s*include\s+(?:/etc/nginx/)?conf\.d/\*(?:\.conf)?\s*;`)

var plainZone = whenAsked(`^\w+$`)
