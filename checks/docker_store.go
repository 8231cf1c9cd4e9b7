package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// storeExited: the app's container runs, and the one of its database or cache, which its environment names, does not.
func storeExited(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
	out, err := perStore([]string{"mysql", "postgres", "redis", "memcached"}, func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Store, _ sysinfo.Login) *Finding {
		if s.Of == nil || s.Of.State == "running" {
			return nil
		}
		u, ok := f.Unit(ctx, s.Of.Service())
		if !ok {
			return nil
		}
		found := &Finding{Status: Fail, Confidence: 0.96, Where: s.Where, Covers: []ID{"mysql-down", "database-unreachable", "cache-unusable"},
			Summary: fmt.Sprintf("container %s, which %s's settings name as its %s, is down: %s", s.Of.Name, s.App, s.Title(), u.StatusText), Evidence: []Evidence{storeLine(s), unitSays(u)}}
		found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
		if found.Fix = startContainer(u); u.Looping() {
			found.Fix = endsOver(u)
		}
		if s.Kind == "redis" {
			lineRefused(ctx, f, s, u, found)
		}
		return found
	})(ctx, f)
	return slices.DeleteFunc(out, func(x Finding) bool { return x.Status != Fail && x.Status != Warn }), err
}

// ownContainer is for a setting in a container's environment, which it keeps for life: a person makes it anew.
func ownContainer(s *sysinfo.Store, says string) Fix {
	return Fix{Title: "Let the app look where " + s.Title() + " is", Risk: Medium}.
		Tell("%s. Container %s comes to what listens at the address that its network's bridge has on this machine (ip -br addr: docker0, br-…, podman0), and never to 127.0.0.1. Let %s listen there too, and not on 0.0.0.0, where the world may ask it", says, s.In, s.Title()).
		Tell("Or the container's setting is wrong: it keeps its environment for life, so correct it in its compose file or command, and make it anew")
}

// endsOver is for one that its engine starts again after each end.
func endsOver(u sysinfo.Unit) Fix {
	return Fix{Title: "Repair what ends it", Risk: Low}.Tell("Its engine starts it again after each end. Its last words above say why it ends: %s has all of them", u.Command("logs --tail 50"))
}

// startContainer starts one that ended, and says what its end may mean.
func startContainer(u sysinfo.Unit) Fix {
	x := Fix{Title: "Start the container", Risk: Low, Undo: u.Command("stop")}
	switch {
	case u.ExitCode == 137:
		x = x.Tell("137: it was killed. If the kernel did it (journalctl -k | grep -i oom), give it more memory or let it use less")
	case u.ExitCode != 0 && u.ExitCode != 143:
		x = x.Tell("It ended by itself with code %d: its last words above say why. Without a repair it ends again", u.ExitCode)
	}
	x = x.Do("Start it", "%s%s", u.Command("start"), warmUp(u))
	again := fmt.Sprintf(u.Manager, "update --restart unless-stopped "+u.Word())
	if strings.HasPrefix(u.Manager, "podman") { // its release notes, 5.1
		return x.Tell("To have it back after a reboot: %s (Podman 5.1 and later; before, make it anew with --restart), and systemctl enable podman-restart", again)
	}
	return x.Tell("To have it back after a reboot: %s", again)
}
