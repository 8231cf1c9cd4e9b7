package checks

import "context"

// ofUser: the app is a service of somebody's own. Its files are that person's to correct, so that root is led by none of them; what root may do
// is to have it started.
func (a *absence) ofUser(ctx context.Context, user string) {
	f, u := a.f, a.app.Unit
	a.say(unitSays(u))
	a.found.Fix = startUnit(u)
	if u.Keeper != "" {
		a.found.Where = execPlace(f, u)
		a.found.Summary += "; " + unitWord(u.Name) + " should, a service of " + user + "'s own, and the manager that keeps it ended with the last login of " + user
		return
	}
	a.say(lastWords(ctx, f, u)...)
	if u.Result == "success" {
		return
	}
	a.found.Where, a.found.Confidence = execPlace(f, u), 0.93
	a.found.Fix = Fix{Title: "Repair the app, then start " + unitWord(u.Name), Risk: Medium, Undo: u.Command("stop")}.
		Tell("Its last words are in the evidence. As %s: correct what they name, or %s, and then tell the manager: systemctl --user daemon-reload", user, u.Fragment).
		Do("Start it again; without the repair it may fail again", "%s%s", u.Command("restart"), warmUp(u))
	ownMistake(ctx, f, a.l, u, a.found)
}
