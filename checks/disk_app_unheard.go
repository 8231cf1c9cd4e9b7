package checks

import (
	"context"
	"slices"

	"fix502/sysinfo"
)

// endedWithoutRoom are the services that end themselves and whose programs name a file where there is no room, when only root may read why.
func endedWithoutRoom(ctx context.Context, f *sysinfo.Facts, s *filesystem) []Evidence {
	var out []Evidence
	for _, a := range appsUnheard(ctx, f) {
		if s.on(f.Host.Root, a.file) && !slices.Contains(out, a.words) {
			out = append(out, a.words)
		}
	}
	return out
}

// appsUnheard are the files that such programs name, the system's own aside.
func appsUnheard(ctx context.Context, f *sysinfo.Facts) []appSpace {
	if f.Host.UID == 0 {
		return nil
	}
	out, _ := sysinfo.Memo(f, "apps-unheard", func() ([]appSpace, error) {
		var out []appSpace
		for _, u := range endedApps(ctx, f) {
			if _, err := f.Words(ctx, u); err != nil && u.Result == "exit-code" {
				out = append(out, wantsRoom(f, u)...)
			}
		}
		return out, nil
	})
	return out
}

func wantsRoom(f *sysinfo.Facts, u sysinfo.Unit) []appSpace {
	var out []appSpace
	for _, script := range namedFile.FindAllString(u.Exec, -1) {
		if theSystems(script) || strayLink(f.Host.Root, script) {
			continue
		}
		b, err := f.Host.Root.ReadFile(script)
		if err != nil || len(b) >= 64<<10 {
			continue
		}
		for _, file := range filesNamed(string(b)) {
			if !theSystems(file) {
				out = append(out, appSpace{file, u, unitSays(u)})
			}
		}
	}
	return out[:min(len(out), 64)]
}
