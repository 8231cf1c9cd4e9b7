package checks

import (
	"context"
	"fmt"
	"slices"

	"fix502/sysinfo"
)

// holders are the programs of this machine that hold a database's connections, by the kernel's list of sockets: its own list has their users alone.
// None where only root could tell, or the database is not a process of this machine.
func holders(ctx context.Context, f *sysinfo.Facts, names ...string) []sysinfo.Holder {
	procs, err := f.Procs(ctx)
	if err != nil {
		return nil
	}
	server := slices.IndexFunc(procs, func(p sysinfo.Proc) bool { // the oldest is PostgreSQL's master
		return slices.Contains(names, p.Name) && p.State != 'Z'
	})
	if server < 0 {
		return nil
	}
	out, err := f.HoldersOf(ctx, procs[server].PID)
	if err != nil {
		return nil
	}
	return out
}

// quoteHolders quotes the three that hold the most, and says who they are.
func quoteHolders(all []sysinfo.Holder) []Evidence {
	var out []Evidence
	for _, h := range all[:min(len(all), 3)] {
		who := fmt.Sprintf("%s, process %d", h.Proc.Name, h.Proc.PID)
		if h.Unit != "" {
			who = h.Unit + " (" + who + ")"
		}
		out = append(out, Evidence{Source: "ss -xtp", Text: fmt.Sprintf("%s held by %s", plural(h.Count, "connection is", "connections are"), who)})
	}
	return out
}

// greediest names whoever holds most of them, as the object of a sentence; else what to look at.
func greediest(all []sysinfo.Holder, taken int) string {
	if len(all) == 0 || 2*all[0].Count < taken {
		return "who keeps idle connections open: the list above"
	}
	return fmt.Sprintf("why %s keeps %d of them", holderName(all[0]), all[0].Count)
}

func holderName(h sysinfo.Holder) string {
	if h.Unit != "" {
		return unitWord(h.Unit)
	}
	return fmt.Sprintf("%s (process %d)", h.Proc.Name, h.Proc.PID)
}
