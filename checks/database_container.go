package checks

import (
	"context"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// containedStore: the app's database is in a container that runs, and nobody reaches it there. docker-container-exited knows those that do not run.
func containedStore(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store) *Finding {
	if s.Of.State != "running" {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.96, Where: s.Where, Evidence: []Evidence{storeLine(s)}}
	if s.Now.IsValid() {
		movedStore(ctx, f, s, found)
	} else {
		shutStore(ctx, f, s, found)
	}
	return found
}

// heldInContainer says that a site's own settings name a database in a container that does not serve it: what says so knows more than the app's words in a log.
func heldInContainer(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, kind string) bool {
	return slices.ContainsFunc(f.Stores(ctx), func(st *sysinfo.Store) bool { return st.Site == s && st.Kind == kind && st.Of != nil }) && storeFails(ctx, f, s, kind)
}

// movedStore: the app names the address that the container had before it was made anew.
func movedStore(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, found *Finding) {
	holder := "which no container has now"
	all, _ := f.Containers(ctx) // they were read for the store
	for _, c := range all {
		if a, err := netip.ParseAddr(s.Host); err == nil && c.State == "running" && c.Has(a) {
			holder = fmt.Sprintf("which is container %s's now", c.Name)
		}
	}
	found.Summary = fmt.Sprintf("%s for %s is looked for at %s, %s: container %s, which serves it, is at %s now", s.Title(), s.App, s.Host, holder, s.Of.Name, s.Now)
	found.Evidence = append(found.Evidence, Evidence{Source: s.Of.Engine + " inspect " + s.Of.Name, Text: fmt.Sprintf("IPAddress %s, in %s", s.Now, strings.Join(s.Of.Networks, ", "))})
	from, inside := f.ContainerNamed(ctx, s.In)
	to, lasting := s.Now.String(), fmt.Sprintf("That lasts until %s is made anew. To have it stay: put both into a network of their own (not the default one), where the engine knows every container by its name, and write %s", s.Of.Name, s.Of.Name)
	switch {
	case inside && s.Of.Shares(from) && from.KnowsNames(f.RootOf(from.PID)):
		to, lasting = s.Of.Name, ""
	case !inside && slices.Contains(s.Of.Ports, sysinfo.Published{IP: "127.0.0.1", Host: s.Port, Port: s.Port}):
		to, lasting = "127.0.0.1", ""
	case !inside:
		lasting = fmt.Sprintf("That lasts until %s is made anew. To have it stay: make it with its port published for this machine alone, -p 127.0.0.1:%d:%d (ports: in compose), and write 127.0.0.1", s.Of.Name, s.Port, s.Port)
	}
	found.Fix = Fix{Title: "Let the app ask where its database is now", Risk: Low}
	r, at := f.Host.Root, s.Where
	switch {
	case inside && !path.IsAbs(at.File):
		found.Fix = found.Fix.Tell("Container %s keeps its environment for life: write %s instead of %s into its compose file or command, and make it anew", from.Name, to, s.Host)
	case strings.HasPrefix(at.File, "/proc/"):
		found.Fix = found.Fix.Tell("Write %s instead of %s there. The file is inside the image of container %s, mounted from nowhere: correct it where that is built, and make the container anew", to, s.Host, from.Name)
	case strings.Count(configLine(r, at), s.Host) != 1:
		found.Fix = found.Fix.Tell("Write %s instead of %s at %s", to, s.Host, at)
	default:
		found.Fix.Undo = replace(r, at, to, s.Host)
		found.Fix = inPlace(readAnew(found.Fix.Do("Correct "+at.String(), "%s", replace(r, at, s.Host, to)), at), from.Mounts)
		found.Fix = reloadApp(f, found.Fix, s)
	}
	if lasting != "" {
		found.Fix = found.Fix.Tell("%s", lasting)
	}
}
