package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// A redisReplyWord is what Redis answers to a command when a line of its own settings forbids it, or does not give it what it needs.
type redisReplyWord struct {
	says pattern // its group is a word of the line
	key  string
	what string // behind "Redis"
	does string // what is so without the line; empty: only its author may take it out
}

var redisReplies = []redisReplyWord{
	{whenAsked(`NOREPLICAS Not enough good replicas to write`), "min-replicas-to-write", "takes nothing in while it has fewer replicas than it is told", "it takes everything in by itself"},
	{whenAsked(`ERR DB index is out of range`), "databases", "has fewer databases than the number that the app asks for", "it has sixteen by itself"},
	{whenAsked(`ERR SELECT is not allowed in cluster mode|CLUSTERDOWN `), "cluster-enabled", "runs as a part of a cluster", "it stands for itself"},
	{whenAsked(`ERR unknown command ['\x60"]?(\w+)`), "rename-command", "does not know a command that the app needs: a line of its settings took the name away", ""},
	{whenAsked(`NOPERM [Tt]his user has no permissions`), "user", "lets the app in, and not do what it has to", ""},
}

// redisReply is what an app's words tell so of its Redis; nil where they tell nothing.
func redisReply(said string) *redisReplyWord {
	for i := range redisReplies {
		if redisReplies[i].says.MatchString(said) {
			return &redisReplies[i]
		}
	}
	return nil
}

// judge finds the line; false where there is none.
func (r *redisReplyWord) judge(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, found *Finding) bool {
	word := strings.ToLower(strings.Join(r.says.FindStringSubmatch(found.Evidence[0].Text)[1:], ""))
	root := f.Host.Root
	at := lastSetting(f, redisAll(f, u), func(_, line string) bool {
		w := strings.Fields(strings.ToLower(line))
		return len(w) > 1 && w[0] == r.key && (word == "" || w[1] == word)
	})
	line := configLine(root, at)
	if !at.Known() {
		return false
	}
	found.Where, found.Confidence = at, 0.95
	found.Summary = "Redis " + r.what + ": the page fails"
	found.Evidence = append(found.Evidence, lineOf(root, at), unitSays(u))
	x := Fix{Title: "Let Redis do what the app needs", Risk: Medium, Undo: setLine(root, at, line) + "; " + u.Command("restart")}
	switch {
	case r.does == "":
		found.Fix = Fix{Title: x.Title, Risk: Low}.Tell("%s is there to keep something from somebody: ask who wrote it. If the app is to have it, loosen it by that much, or give the app an account of its own (ACL), and restart %s", at, unitWord(u.Name))
		return true
	case r.key == "cluster-enabled" && manyNodes(f, u):
		found.Fix = Fix{Title: x.Title, Risk: Low}.Tell("It knows other nodes of that cluster (nodes.conf): let the app speak to it as to a cluster, or see there why it is not whole (redis-cli CLUSTER INFO)")
		return true
	case r.key == "min-replicas-to-write":
		x = x.Tell("If replicas of it should be there, bring them back, and skip this")
	}
	x = x.Do("Take the line out: "+r.does, "%s", commentOut(root, at))
	if off, never := savesNothing(f, redisPortOf(f, u)); never {
		found.Fix = x.Tell("It saves nothing (%s), and a new start throws away all that it holds. When that may go: %s", off, u.Command("restart"))
		return true
	}
	found.Fix = x.Do("Restart it; it keeps what it holds", "%s && sleep 1", u.Command("restart"))
	return true
}

// redisPortOf is the port that a Redis's settings name.
func redisPortOf(f *sysinfo.Facts, u sysinfo.Unit) int {
	port := 6379
	fmt.Sscan(settingWord(configLine(f.Host.Root, storeSetting(f, u, "port"))), &port) // without a line it is the usual one
	return port
}

// manyNodes says that a Redis keeps a list of other nodes of its cluster.
func manyNodes(f *sysinfo.Facts, u sysinfo.Unit) bool {
	_, dir := redisFolder(f, u)
	b, err := f.Host.Root.ReadFile(path.Join(dir, "nodes.conf"))
	return err != nil || strings.Count(string(b), " connected") > 1
}
