package checks

import (
	"slices"

	"fix502/sysinfo"
)

// innerNames are those of services that listen for this machine alone: who keeps one closed does not want it in a site.
var innerNames = whenAsked(`(?i)adminer|pgadmin|myadmin|exporter|prometheus|alertmanager|netdata|cadvisor|portainer|redis-commander|mail(?:hog|pit|catcher)|flower|debug|metrics|internal|(?:^|[-_])admin(?:[-_]|$)|vault|consul|etcd`)

// innerTool says that a service is by its name such a one, and that the site is not called after it.
func innerTool(s *sysinfo.Site, u sysinfo.Unit) bool {
	name := unitWord(u.Name)
	return innerNames.MatchString(name) && !slices.ContainsFunc(s.Names, func(n string) bool { return calledAfter(n, name) })
}
