package checks

// externalAPISlow: the workers all wait for somebody else's server.
func externalAPISlow() Check {
	return Check{
		ID: "external-api-slow", Title: "Calls to other services come back", Topic: Upstreams,
		Means: `The app calls another service while the visitor waits, a payment, mail or licence server, and that one does not answer. Each worker that waits
is lost for other visitors; soon all wait. Give every such call a time limit of a few seconds in the app, or do it in the background.`,
		Run: waitsFor("another service", func(port int) bool { return !isDatabasePort(port) }),
	}
}
