package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// checkNamed: the app gives pages to those who ask by the site's name alone, and HAProxy's check names nobody unless it is told to (HAProxy's manual,
// "http-check send"): another page would be refused as well. The check gets the name, and a page of the app's where its own is none.
func checkNamed(ctx context.Context, f *sysinfo.Facts, l *live, told pageCheck, code int, name string, found *Finding) (Fix, bool) {
	if code < 400 || told.namesSite() || !nameOfSite.MatchString(name) || !refusedNameless(ctx, f, l, l.Address()) {
		return Fix{}, false
	}
	page, gives := told.page(), 0
	for _, page = range []string{page, "/"} {
		if a, err := l.askOnce(ctx, f, sysinfo.Question{Host: name, URI: page}); err == nil && wellSaid(a) {
			gives = a.Status
			break
		}
	}
	if gives == 0 {
		return Fix{}, false
	}
	said := fmt.Sprintf("The check names no site and gets %d; asked for %s the app gives %d", code, name, gives)
	if page != told.page() {
		said += fmt.Sprintf(" at %s, and at %s it does not", page, told.page())
	}
	x := Fix{Title: "Let the check ask by the site's name", Risk: Low}
	return checked(ctx, f, l, told.name(x, said+": let the check name it", page, name)), true
}

// refusedNameless says that the app does not give its front page to who asks by an address, or by another name that a gateway's checks use.
func refusedNameless(ctx context.Context, f *sysinfo.Facts, l *live, by string) bool {
	a, err := l.askOnce(ctx, f, sysinfo.Question{Host: by, URI: "/"})
	return err == nil && a.Status > 0 && !wellSaid(a)
}

// namesSite says that the check bears a name already, in the way of today or in that of old: httpchk GET / HTTP/1.1\r\nHost:\ NAME.
func (c pageCheck) namesSite() bool {
	return sentHost(c.send) != "" || strings.Contains(strings.ToLower(configLine(c.root, c.option.Place)), "host:")
}

// name lets the check ask for a page by a site's name.
func (c pageCheck) name(x Fix, say, page, name string) Fix {
	option, send := configLine(c.root, c.option.Place), "http-check send hdr Host "+name
	was, at := option, c.option.Place
	if c.sends() {
		send = configLine(c.root, c.send.Place) + " hdr Host " + name
	}
	switch page {
	case c.page():
	case "/":
		option = strings.Replace(option, " "+c.page(), " /", 1)
		send = strings.Replace(send, " "+c.page()+" ", " / ", 1)
	}
	if !sectionHas(c.back, c.option) {
		return c.give(x, say, []string{option, send})
	}
	if option != was {
		x.Undo = setLine(c.root, at, was)
		x = x.Do(fmt.Sprintf("Ask for %s", page), "%s", setLine(c.root, at, option))
	}
	if c.sends() {
		x.Undo = also(x.Undo, setLine(c.root, c.send.Place, configLine(c.root, c.send.Place)))
		return x.Do(say, "%s", setLine(c.root, c.send.Place, send))
	}
	x.Undo = also(x.Undo, removeBelow(c.root, at, 1))
	return x.Do(say, "%s", insertAfter(c.root, at, send))
}
