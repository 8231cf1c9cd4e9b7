package checks

import "testing"

// The words are those of the programs named, as they were written in the lab or stand in their sources.
func TestWordsOfAnAppThatAsks(t *testing.T) {
	for _, tt := range []struct {
		what string
		re   pattern
		text string
		want bool
	}{
		{"Node's fetch", notTrusted, "FetchError: request to https://pay/ failed, reason: unable to verify the first certificate", true},
		{"Python's ssl", notTrusted, "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:992)", true},
		{"Go", notTrusted, `Get "https://pay/": tls: failed to verify certificate: x509: certificate signed by unknown authority`, true},
		{"a certificate that is well", notTrusted, "certificate verified", false},
		{"Node", hasExpired, "Error: certificate has expired", true},
		{"Node's resolver", nameAsked, "Error: getaddrinfo ENOTFOUND rates.partner.test", true},
		{"curl", nameAsked, "curl: (6) Could not resolve host: rates.partner.test", true},
		{"Node's net", refusedFrom, "connect ECONNREFUSED 127.0.0.9:3200", true},
		{"Go's net", refusedFrom, "dial tcp 127.0.0.9:3200: connect: connection refused", true},
		{"Node's socket", brokenOff, "Error: This socket has been ended by the other party", true},
		{"mysql2", brokenOff, "Error: Can't add new command when connection is in closed state", true},
		{"psycopg", brokenOff, "psycopg2.InterfaceError: connection already closed", true},
		{"a visitor who left", brokenOff, "client closed connection", false},
		{"Node with OpenSSL 3", oldDigest, "Error: error:0308010C:digital envelope routines::unsupported", true},
		{"ld.so", libraryMissing, "/usr/bin/node: error while loading shared libraries: libuv.so.1: cannot open shared object file: No such file or directory", true},
	} {
		if got := tt.re.MatchString(tt.text); got != tt.want {
			t.Errorf("%s: %q matches: %v, want %v", tt.what, tt.text, got, tt.want)
		}
	}
}

func TestPHPOwnFile(t *testing.T) {
	for text, want := range map[string]string{
		"Uncaught ErrorException: file_put_contents(/srv/mag/storage/page.html): Failed to open stream: Permission denied in /srv/mag/index.php:9": "/srv/mag/storage/page.html",
		`The stream or file "/srv/mag/storage/logs/laravel.log" could not be opened in append mode: Failed to open stream: Permission denied`:      "/srv/mag/storage/logs/laravel.log",
		"The /srv/mag/bootstrap/cache directory must be present and writable.":                                                                     "/srv/mag/bootstrap/cache",
		`Unable to create the "/srv/mag/var/cache" directory`:                                                                                      "/srv/mag/var/cache",
		"file_put_contents(): Write of 1 bytes failed with errno=28 No space left on device":                                                       "",
	} {
		got := ""
		for _, re := range phpOwnFile {
			if m := re.FindStringSubmatch(text); m != nil {
				got = m[1]
			}
		}
		if got != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
}
