package checks

import (
	"context"

	"fix502/sysinfo"
)

func panelFact() Check {
	return Check{
		ID: "panel", Title: "The hosting panel", Topic: Server,
		Means: `Which hosting panel manages this machine, and where in its menu its own error report, its graph of the machine and its limit of PHP workers are. A panel writes the configurations itself: change a
setting there, not in the file, or the panel undoes it at its next run.`,
		Run: func(_ context.Context, f *sysinfo.Facts) ([]Finding, error) {
			var out []Finding
			for _, p := range f.Panels() {
				menu := menuOf(p.Name)
				out = append(out, Finding{Status: Pass, Summary: p.Name + " manages this machine; its error report: " + menu.Report, Evidence: append([]Evidence{{Source: p.File, Text: "is here"}}, menu.places()...), Menu: menu.Of})
			}
			return out, nil
		},
	}
}

func cloudFact() Check {
	return Check{
		ID: "cloud", Title: "The cloud this machine lives in", Topic: Server,
		Means: `Which provider this machine runs at, as its firmware says, and where the provider's console tells of crashes, limits, maintenance, and targets that its
load balancer has taken out. Those the machine itself cannot see.`,
		Run: func(_ context.Context, f *sysinfo.Facts) ([]Finding, error) {
			name, file := f.Cloud()
			if name == "" {
				return nil, nil
			}
			b, err := f.Host.Root.ReadFile(file)
			if err != nil {
				return nil, err
			}
			menu := menuOf(name)
			return []Finding{{Status: Pass, Summary: "this machine runs at " + name + "; its report: " + menu.Report, Evidence: append([]Evidence{{Source: file, Text: string(b)}}, menu.places()...), Menu: menu.Of}}, nil
		},
	}
}
