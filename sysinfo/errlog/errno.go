package errlog

import "strings"

// Errno numbers of Linux. Other systems' are turned into these.
const (
	ENOENT        = 2
	EAGAIN        = 11
	ENOMEM        = 12
	EACCES        = 13
	ENOTDIR       = 20
	EINVAL        = 22
	ENFILE        = 23
	EMFILE        = 24
	ENOSPC        = 28
	EPIPE         = 32
	EPROTOTYPE    = 91
	EADDRINUSE    = 98
	EADDRNOTAVAIL = 99
	ENETUNREACH   = 101
	ECONNRESET    = 104
	ETIMEDOUT     = 110
	ECONNREFUSED  = 111
	EHOSTUNREACH  = 113
)

// linuxErrno knows the numbers of FreeBSD and macOS, Solaris and Windows that gateways log. On Linux none of them
// can come out of connect, recv or send.
func linuxErrno(n int) int {
	switch n {
	case 35:
		return EAGAIN
	case 48, 10048:
		return EADDRINUSE
	case 49, 126, 10049:
		return EADDRNOTAVAIL
	case 51, 10051:
		return ENETUNREACH
	case 54, 131, 10054, 10053:
		return ECONNRESET
	case 60, 145, 10060:
		return ETIMEDOUT
	case 61, 146, 10061:
		return ECONNREFUSED
	case 65, 148, 10065:
		return EHOSTUNREACH
	case 10013:
		return EACCES
	case 10055:
		return EADDRNOTAVAIL
	}
	return n
}

// errnoOf reads the "111" of " (111: Connection refused)" or "(111)Connection refused"; the number decides,
// its text is whatever the C library makes of it.
func errnoOf(s string) int {
	for i := 0; i < len(s); {
		at := strings.IndexByte(s[i:], '(')
		if at < 0 {
			return 0
		}
		i += at + 1
		n, end := number(s[i:])
		if end > 0 && i+end < len(s) && n < 100000 && (s[i+end] == ':' || s[i+end] == ')') {
			return linuxErrno(n)
		}
	}
	return 0
}

// errnoText is for programs that print the text alone.
func errnoText(s string) int {
	for _, row := range errnoTexts {
		if strings.Contains(s, row.text) {
			return row.errno
		}
	}
	return 0
}

var errnoTexts = [...]struct {
	text  string
	errno int
}{
	{"onnection refused", ECONNREFUSED},
	{"actively refused", ECONNREFUSED},
	{"ECONNREFUSED", ECONNREFUSED},
	{"o such file or directory", ENOENT},
	{"ENOENT", ENOENT},
	{"ermission denied", EACCES},
	{"EACCES", EACCES},
	{"o route to host", EHOSTUNREACH},
	{"ost is unreachable", EHOSTUNREACH},
	{"EHOSTUNREACH", EHOSTUNREACH},
	{"etwork is unreachable", ENETUNREACH},
	{"ENETUNREACH", ENETUNREACH},
	{"EADDRNOTAVAIL", EADDRNOTAVAIL},
	{"annot assign requested address", EADDRNOTAVAIL},
	{"ddress not available", EADDRNOTAVAIL},
	{"onnection reset by peer", ECONNRESET},
	{"onnection reset", ECONNRESET},
	{"forcibly closed by the remote host", ECONNRESET},
	{"ECONNRESET", ECONNRESET},
	{"roken pipe", EPIPE},
	{"esource temporarily unavailable", EAGAIN},
	{"/o timeout", ETIMEDOUT},
	{"onnection timed out", ETIMEDOUT},
	{"timeout specified has expired", ETIMEDOUT},
	{"ETIMEDOUT", ETIMEDOUT},
	{"did not properly respond after a period of time", ETIMEDOUT},
	{"oo many open files", EMFILE},
	{"o file descriptors available", EMFILE},
	{"o space left on device", ENOSPC},
	{"ddress already in use", EADDRINUSE},
	{"EADDRINUSE", EADDRINUSE},
}

// number reads the decimal digits s begins with, and how many they are.
func number(s string) (n, digits int) {
	for digits < len(s) && digits < 10 && s[digits]-'0' <= 9 {
		n = n*10 + int(s[digits]-'0')
		digits++
	}
	return n, digits
}

// numberAfter reads the number behind a word, 0 without one.
func numberAfter(s, word string) int {
	i := strings.Index(s, word)
	if i < 0 {
		return 0
	}
	n, _ := number(s[i+len(word):])
	return n
}

// between is what stands between two marks, or empty.
func between(s, before, after string) string {
	i := strings.Index(s, before)
	if i < 0 {
		return ""
	}
	s = s[i+len(before):]
	if j := strings.Index(s, after); j >= 0 {
		return s[:j]
	}
	return ""
}
