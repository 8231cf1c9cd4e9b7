package wizard

import "fix502/checks"

// Lesson is one page of the third door.
type Lesson struct {
	Title string
	Parts []Part
}

// Lessons are the pages of "Learn", in reading order.
func Lessons() []Lesson {
	head := func(s string) Part { return Part{Kind: Head, Text: s} }
	say := func(s string) Part { return Part{Kind: Say, Text: s} }
	item := func(name, s string) Part { return Part{Kind: Item, Source: name, Text: s} }
	chain := Path{Front: &Stop{Kind: "CDN", Status: checks.Pass}, Behind: &Stop{Kind: "database", Status: checks.Pass},
		Hops: []Stop{{Kind: "web server", Status: checks.Pass}, {Kind: "PHP or app", Status: checks.Fail}}}
	return []Lesson{
		{"What a 502 is", []Part{
			say("A page goes through several hands: the browser asks a gateway (nginx, a CDN), the gateway asks the program behind it. A 502 is the gateway's way to say: I am here, but the one behind me gave no proper answer."),
			say("Think of a waiter: the guest orders, the waiter goes to the kitchen, and the kitchen is locked, on fire, or hands out an empty plate. The waiter can only come back and apologise."),
			say("So it is one broken link of a chain, and finding it means walking the chain until a link does not hold. That is what fix502 does."),
			{Kind: Drawing, Path: &chain}}},
		{"500, 502, 503, 504", []Part{
			item("500", "The program itself failed and said so: an exception, a fatal error. Look into the app's log."),
			item("502", "A gateway got no answer, or nonsense, from the next server. Look at the link between the two."),
			item("503", "Somebody says: not now. Overload, maintenance, a limit, no server left in the pool."),
			item("504", "A gateway waited, and its patience ended. Look for what is slow."),
			item("520–526, 530", "Cloudflare's own: it cannot use the origin. 521 refused, 522 silent, 523 unreachable, 524 slow, 525 and 526 TLS, 520 nonsense, 530 DNS or tunnel."),
			say("Gateways differ: for an absent PHP-FPM nginx says 502, Apache 503, HAProxy 503. The cause is the same.")}},
		{"Seven kinds of cause", []Part{
			item("The server behind is down", "crashed, never started, out of memory."),
			item("The hosting", "on a shared machine neighbours use up processor, memory or PHP workers."),
			item("Proxy or CDN set up wrongly", "it asks the wrong place, or in the wrong language."),
			item("DNS", "after a move some still ask the old address, until old answers expire."),
			item("Overload", "more requests than it can answer; the gateway gives up waiting."),
			item("A firewall", "takes the gateway for an attacker and closes the door."),
			item("The visitor's side", "rare: a cache, a cookie, a VPN, a proxy between browser and site.")}},
		{"Who it hurts", []Part{
			item("Shops", "a cart that cannot be paid is a customer who leaves, and tells others."),
			item("Banks and payments", "people who cannot see their money stop trusting."),
			item("Online tools", "paying users expect it to be there; some cancel."),
			item("Advertising", "each click costs money, also the one that ends at an error."),
			item("Schools and companies", "nobody gets at forms, courses and time sheets, and work stops."),
			say("Search engines come back later at first; if it lasts for days, they drop pages.")}},
		{"Questions", []Part{
			head("Temporary or persistent?"),
			say("Gone after reloading, or after clearing the cache: temporary. Still there after 15 minutes, in several browsers and devices: persistent, and something for the owner."),
			head("How does it differ from other codes?"),
			say("All of 500 to 599 are failures on the server's side. 502 means: between two servers. See the second page."),
			head("What does support need to know?"),
			say("The address; when it began, to the minute and with the time zone; the whole error text, with the Ray ID if there is one; and what was tried already. The summary page writes that message for you."),
			head("May I simply restart everything?"),
			say("It may help for an hour, and it wipes out what would have shown the reason. Look first: fix502 needs a second.")}},
		{"How to prevent the next one", preventionParts()},
	}
}

func preventionParts() []Part {
	var out []Part
	for _, r := range preventionRows() {
		out = append(out, Part{Kind: Item, Source: r.title, Text: r.why + " First step: " + r.first})
	}
	return out
}
