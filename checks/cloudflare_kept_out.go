package checks

// cloudflareRefused: the site is well, and this machine turns Cloudflare away before its gateway hears of it.
func cloudflareRefused() Check {
	return Check{
		ID: "cloudflare-521-origin-refused", Title: "The origin accepts Cloudflare's connections", Topic: CDN, Needs: "root",
		Means: `Your server refused Cloudflare: nothing listens on the port its SSL mode uses (80 for Flexible, 443 for Full), or a firewall or fail2ban rejects its
addresses. Looked at here: the rules of this machine's own firewall, for the addresses in the access log and for those from which Cloudflare asks. A firewall of the
hosting stands outside, and is seen in its panel alone.`,
		Run: perSite(keptOutAs("cloudflare-521-origin-refused")),
	}
}

// cloudflareUnanswered is the same by a rule that drops: Cloudflare waits, and gives up.
func cloudflareUnanswered() Check {
	return Check{
		ID: "cloudflare-522-connect-timeout", Title: "Cloudflare reaches the origin in time", Topic: CDN, Needs: "root",
		Means: `Your server did not answer Cloudflare's connection: a firewall drops its addresses, the machine is overloaded, or the DNS record points elsewhere. Looked at
here: the rules of this machine's own firewall, for the addresses in the access log and for those from which Cloudflare asks. Let all of those in on ports 80 and
443; a firewall of the hosting stands outside, and is seen in its panel alone.`,
		Run: perSite(keptOutAs("cloudflare-522-connect-timeout")),
	}
}
