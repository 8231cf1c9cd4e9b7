package errlog

import "strings"

// dotnetPhrases are of gateways written for .NET, YARP and Ocelot, and of connectors in IIS. What its databases' drivers say
// is not among them.
func dotnetPhrases() []phrase {
	return []phrase{
		{"connection to SQL Server", DatabaseDown, Unnamed, "instance-specific error occurred", nil},
		{"HttpRequestException: Connection refused (", ConnectRefused, Unnamed, "", bracketed},
		{"HttpRequestException: No connection could be made", ConnectRefused, Unnamed, "actively refused", bracketed},
		{"HttpRequestException: Name or service not known (", ResolveFailed, Unnamed, "", unknownHost},
		{"HttpRequestException: No such host is known. (", ResolveFailed, Unnamed, "", unknownHost},
		{"HttpRequestException: Resource temporarily unavailable (", ResolveFailed, Unnamed, "", unknownHost},
		{"HttpRequestException: No route to host (", ConnectNoRoute, Unnamed, "", bracketed},
		{"HttpRequestException: Connection timed out (", ConnectTimeout, Unnamed, "", bracketed},
		{"HttpRequestException: A connection attempt failed", ConnectTimeout, Unnamed, "did not properly respond", bracketed},
		{"HttpRequestException: The SSL connection could not be established", TLSHandshake, Unnamed, "", nil},
		{"HttpRequestException: Response status code does not indicate success: 50", AccessGateway, Unnamed, "", pageStatus},
		{"HttpIOException: The response ended prematurely", PrematureClose, Unnamed, "", nil},
		{"IOException: The response ended prematurely", PrematureClose, Unnamed, "", nil},
		{"canceled due to the configured HttpClient.Timeout", ReadTimeout, Unnamed, "", nil},
		{"actively refused it ", ConnectRefused, Unnamed, "No connection could be made", refusedIt},
	}
}

// bracketed reads the "(localhost:5001)" behind what failed.
func bracketed(ev *Event, s string) {
	ev.Errno = errnoText(s)
	if i := strings.LastIndexByte(s, '('); i >= 0 {
		ev.Upstream.Address, _, _ = strings.Cut(s[i+1:], ")")
	}
}

func unknownHost(ev *Event, s string) {
	if i := strings.LastIndexByte(s, '('); i >= 0 {
		ev.Name, _, _ = strings.Cut(s[i+1:], ":")
	}
}

// refusedIt reads the address behind the text of older versions.
func refusedIt(ev *Event, s string) {
	ev.Errno = ECONNREFUSED
	address, _, _ := strings.Cut(after(s, "actively refused it "), " ")
	ev.Upstream.Address = strings.Trim(address, "()")
	switch ev.Upstream.Port() {
	case 1433, 3306, 5432, 6379, 27017:
		ev.Kind = DatabaseDown
	}
}
