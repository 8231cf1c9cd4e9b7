package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"fix502/sysinfo"
	"fix502/sysinfo/litespeed"
)

// lsphpUnstartable: LiteSpeed starts PHP itself, and the program that its settings name cannot be started.
func lsphpUnstartable() Check {
	return Check{
		ID: "lsphp-unstartable", Title: "LiteSpeed can start its PHP", Topic: Upstreams,
		Means: `LiteSpeed starts PHP by itself when the first visitor comes. The program that its settings name in "path" is not there any more, mostly
because that version is gone, or may not be run. Static files still work; each page of PHP fails with 500 or 503.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			own, ok := s.Gateway.Extra.(*sysinfo.LiteSpeed)
			host, _ := s.Extra.(*litespeed.Host)
			if !ok || host == nil {
				return nil
			}
			var well string
			for _, p := range host.Passes {
				if !p.App.Own {
					continue
				}
				program := own.Config.Program(p.App)
				info, err := s.Gateway.Root.Stat(program)
				switch {
				case err == nil && info.Mode.IsRegular() && info.Mode&0o111 != 0:
					well = program + " is there and may be run"
				case err == nil || errors.Is(err, fs.ErrNotExist):
					found := lsphpFinding(s.Gateway, own, p.App, program, err == nil)
					answer, bad := failsNow(ctx, f, s)
					if found.Status = Warn; bad {
						found.Status, found.Evidence = Fail, append(found.Evidence, pageSays(&answer, answerWord(answer)))
					}
					found.Fix = reload(ctx, f, s.Gateway, found.Fix)
					return found
				}
			}
			if well == "" {
				return nil
			}
			return pass(well)
		}),
	}
}

// lsphpFinding tells what is wrong with the program; there: it is, but may not be run.
func lsphpFinding(g *sysinfo.Gateway, own *sysinfo.LiteSpeed, a litespeed.App, program string, there bool) *Finding {
	at := sysinfo.Place{File: a.Path.File, Line: a.Path.Line}
	found := &Finding{Where: at, Evidence: []Evidence{lineOf(g.Root, at)}}
	if there {
		found.Summary = fmt.Sprintf("LiteSpeed starts %s for PHP, and its mode forbids that", program)
		found.Fix = Fix{Title: "Let it be run", Risk: Low, Undo: "chmod a-x " + sh(program)}.Do("Let it be run", "chmod a+x %s", sh(program))
		return found
	}
	found.Summary = fmt.Sprintf("LiteSpeed starts %s for PHP, and it is not there", program)
	others, _ := g.Root.Glob(own.Root + "/lsphp*/bin/lsphp")
	if len(others) != 1 {
		found.Fix = Fix{Title: "Name a PHP that is there", Risk: Medium}.Tell("Install that version again, or name another in %s: ls -d %s/lsphp*/bin/lsphp", at, own.Root)
		return found
	}
	found.Summary += "; " + path.Base(path.Dir(path.Dir(others[0]))) + " is"
	edit, undo := replacePath(g.Root, at, firstWord(a.Path.Text), others[0])
	found.Fix = Fix{Title: "Name the PHP that is there", Risk: Medium, Undo: undo}.Do("Name the version that is installed. The site's code has to fit it", "%s", edit)
	return found
}
