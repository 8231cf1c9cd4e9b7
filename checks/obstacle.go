package checks

import (
	"context"
	"errors"
	"io/fs"
	"slices"

	"fix502/sysinfo"
)

// obstacle is what keeps systemd from starting a service, or lets systemd end it again, though its program is sound:
// "systemctl start" alone does not help then.
type obstacle struct {
	says     string // in plain words, behind "systemd does not start shop: "
	where    sysinfo.Place
	evidence []Evidence
	clear    func(x Fix) Fix // the steps that take it away; the start comes after them
	veil     bool            // it is a wall around this service alone: systemd-sandbox tells of it
}

// obstacleOf finds it; nil when there is none that we know.
func obstacleOf(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if _, hers := u.OfUser(); hers || u.Name == "" || u.Running() && u.Restarts == 0 && u.Sub != "exited" { // one that is restarted over and over runs now and then
		return nil
	}
	o, _ := sysinfo.Memo(f, "obstacle "+u.Name, func() (*obstacle, error) { // none is an answer
		looks := unitObstacles
		switch {
		case u.Within() != "":
			looks = uwsgiObstacles
		case u.Manager != "":
			looks = keptObstacles
		}
		for _, look := range looks() {
			if o := look(ctx, f, u); o != nil {
				return o, nil
			}
		}
		return nil, nil
	})
	return o
}

type lookout = func(context.Context, *sysinfo.Facts, sysinfo.Unit) *obstacle

// unitObstacles are what may keep a service of systemd's down, in the order of how sure their sign is.
func unitObstacles() []lookout {
	return []lookout{badUnitFile, unmetCondition, conditionFails, notMounted, coveredBy, missingNeed, noEnvironment, unknownKey, percentSign, gunicornRefuses, gunicornSettingsMoved, secondBind, uvicornOption, uwsgiSaid, failedStep, strangersHome, strangersFiles, unknownSetting,
		storeComplains, folderLostUnheard, shellCommand, noFolderNamed, launchFails, workFolder, namedGone, beforeFailed, backgroundSetting, neverReady, intoBackground, stalePid, uwsgiFolder, uwsgiQueue, uwsgiSectionGone, cheaperTooMany, moduleKind, digestOff, uwsgiRefuses, emperorShut, closedLookup, hostsAside, nameNotInHosts, noLoginShell, suBarred, unitLimits, computesTooLong, smallHeap, javaOption, javaGone, programMissing, libraryGone, unknownOption,
		wrongFolder, workersMissing, moduleBarred, ownModuleBarred, secretLost, varnishWalled, compilerBarred, cacheFolderGone, loadBarred, closedTemp, sqliteClosed, movedFile, missesFile, logFolderGone}
}

// keptObstacles are those of a program that supervisord keeps.
func keptObstacles() []lookout {
	return []lookout{keeperRefuses, coveredBy, shellCommand, launchFails, keptPathGone, gunicornRefuses, gunicornSettingsMoved, secondBind, uvicornOption, backgroundSetting, uwsgiSaid, uwsgiQueue, namedGone, programMissing, libraryGone, unknownOption, wrongFolder, workersMissing, rootsHome, moduleBarred, ownModuleBarred, secretLost, closedTemp, sqliteClosed, movedFile, missesFile, logFolderGone}
}

// uwsgiObstacles are those of one of the many programs that a uWSGI service keeps.
func uwsgiObstacles() []lookout {
	return []lookout{tyrantRefuses, emperorNotRoot, uwsgiSaid, uwsgiFolder, uwsgiQueue, uwsgiSectionGone, cheaperTooMany, uwsgiRefuses, closedLookup, moduleBarred, ownModuleBarred, secretLost, closedTemp, sqliteClosed, movedFile, missesFile, logFolderGone}
}

// start is startUnit with the obstacle taken away before.
func (o *obstacle) start(u sysinfo.Unit) Fix {
	x := asKept(u, o.clear(Fix{Title: "Take away what keeps " + unitWord(u.Name) + " from starting", Risk: Medium}))
	if u.Running() || u.Looping() { // only until it fails again; a start would wait for the attempt that is under way, and fail with it
		wait := warmUp(u)
		if u.Type() == "forking" { // what was cleared away may have been that
			wait = " && sleep 2"
		}
		return x.Do("Start it anew", "%s%s", anew(u), wait)
	}
	x.Steps = append(x.Steps, startUnit(u).Steps...)
	return x
}

// explain puts an obstacle into a finding about a service that is down.
func (o *obstacle) explain(found *Finding, u sysinfo.Unit) {
	if wholeWord(unitWord(u.Name)).MatchString(found.Summary) { // "shop, a Node app, ends at its start: …"
		found.Summary += "; " + o.says
	} else {
		found.Summary += "; " + unitWord(u.Name) + " is not started: " + o.says
	}
	o.show(found)
	found.Fix = o.start(u)
	found.Confidence = 0.97
}

// explainDown puts what keeps a hop's service down into a finding, where that is known.
func explainDown(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) {
	o := leftSocket(ctx, f, l, u)
	if o == nil {
		o = barredSocket(ctx, f, l, u)
	}
	if o == nil {
		o = obstacleOf(ctx, f, u)
	}
	if o != nil {
		o.explain(found, u)
	}
}

// unitLineSays is a line of a unit's files as evidence.
func unitLineSays(f *sysinfo.Facts, l sysinfo.UnitLine) Evidence { return lineOf(f.Host.Root, l.Place) }

// bringUp starts a service, with what keeps it from starting taken away before.
func bringUp(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, found *Finding) {
	if o := obstacleOf(ctx, f, u); o != nil {
		o.explain(found, u)
		return
	}
	found.Fix = startSeen(ctx, f, u)
}

// startSeen is startUnit; of a service that ended by itself it tells before that what it said only root may read, where that is so.
func startSeen(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) Fix {
	x := startUnit(u)
	if saidToRoot(ctx, f, u) {
		see := seeWhy(u)
		x.Title, x.Steps = see.Title, append(see.Steps, x.Steps...)
	}
	return x
}

// saidToRoot says that a service ended by itself, and that only root may read what it said.
func saidToRoot(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) bool {
	return failedItself(u) && onlyRootReads(ctx, f, u)
}

// onlyRootReads says that what a service said lately only root may read.
func onlyRootReads(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) bool {
	_, err := f.Words(ctx, u)
	return errors.Is(err, sysinfo.ErrNeedsRoot) || u.Section() != "" && errors.Is(err, fs.ErrPermission)
}

// seeWhy comes before the start of such a service.
func seeWhy(u sysinfo.Unit) Fix {
	return Fix{Title: "See as root why " + unitWord(u.Name) + " ended, then start it", Risk: Medium}.
		Tell("Run fix502 again with sudo: what %s said as it ended only root may read (%s). Until that is known, a start may end in the same way", unitWord(u.Name), u.Log())
}

// anew restarts a service. One that systemd starts over and over has used up its tries, five in ten seconds unless told
// otherwise, and its next start would be refused: they are forgotten first.
func anew(u sysinfo.Unit) string {
	if u.Manager != "" || u.Restarts == 0 && !u.Looping() {
		return u.Command("restart")
	}
	return u.Command("reset-failed") + " && " + u.Command("restart")
}

// show puts the place and the evidence of an obstacle into a finding, before what that has.
func (o *obstacle) show(found *Finding) {
	if o.where.Known() {
		found.Where = o.where
	}
	for _, e := range reversed(o.evidence) {
		if !slices.Contains(found.Evidence, e) {
			found.Evidence = append([]Evidence{e}, found.Evidence...)
		}
	}
}
