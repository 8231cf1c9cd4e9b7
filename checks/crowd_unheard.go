package checks

import (
	"context"
	"fmt"
	"net/http"

	"fix502/sysinfo"
)

// crowd is how full nginx is, where only root may read what it says of that.
type crowd struct {
	visitors, limit int
	files           bool // the limit is that of open files
}

// crowdUnheard: nginx answers 500 itself, and so many visitors are connected that its workers may have no connection left for the app, which takes as
// many again.
func crowdUnheard(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (crowd, bool) {
	n := nginxOf(s.Gateway)
	if answeredItself(ctx, f, s, http.StatusInternalServerError) == nil || loops(ctx, f, s) {
		return crowd{}, false
	}
	most, _ := n.Config.WorkerConnections().Int()
	c := crowd{limit: most}
	if open, _ := openFiles(f, s.Gateway); open > 0 && open <= most {
		c.limit, c.files = open, true
	}
	var err error
	c.visitors, err = f.Visitors(s.Gateway)
	const itself = 16 // what nginx holds for itself: listeners, logs, the channel to its master
	return c, err == nil && c.limit > 0 && 2*c.visitors+itself >= c.limit*max(1, len(s.Gateway.Workers))
}

// says is what proves it, and how sure it is.
func (c crowd) says(s *sysinfo.Site, found *Finding) *Finding {
	found.Status, found.Confidence = Fail, 0.75
	found.Evidence = append(found.Evidence, Evidence{Source: "ss -tn", Text: fmt.Sprintf("%s to nginx, whose %s may have %d each", plural(c.visitors, "connection", "connections"), plural(len(s.Gateway.Workers), "worker", "workers"), c.limit)})
	return found
}
