package checks

import (
	"strings"

	"fix502/sysinfo/errlog"
)

// What was behind a socket file that is missing or dead, and behind a name that nobody knows.

var missingSocketPriors = []prior{
	{"services have a /tmp of their own", func(ev *errlog.Event) bool {
		return strings.HasPrefix(ev.Upstream.Path(), "/tmp/") || strings.HasPrefix(ev.Upstream.Path(), "/var/tmp/")
	}, []Candidate{{"private-tmp-socket", .75}, {"upstream-port-nothing-listening", .45}, {"socket-path-mismatch", .4}}},
	{"more than a path was written where the path belongs", func(ev *errlog.Event) bool { return strings.Contains(ev.Upstream.Path(), " ") },
		[]Candidate{{"socket-path-mismatch", .8}, {"fpm-not-running", .3}}},
	{"while PHP 5 was the newest, nobody had upgraded from it: pools of then listened on a port", func(ev *errlog.Event) bool {
		return strings.Contains(ev.Upstream.Path(), "php5") && !ev.Time.IsZero() && ev.Time.Year() < 2015
	}, []Candidate{{"fpm-not-running", .5}, {"socket-path-mismatch", .48}, {"fpm-transport-mismatch", .46}, {"php-version-upgraded", .2}}},
	{"a path of PHP 5 comes from an old guide: the newer version has another, or a port", func(ev *errlog.Event) bool { return strings.HasSuffix(ev.Upstream.Path(), "/php5-fpm.sock") },
		[]Candidate{{"php-version-upgraded", .5}, {"socket-path-mismatch", .5}, {"fpm-transport-mismatch", .48}, {"fpm-not-running", .46}}},
	{"a version that no distribution ships any more", allOf(toPHP, func(ev *errlog.Event) bool { return oldVersionInPath(ev.Upstream.Path()) }),
		[]Candidate{{"php-version-upgraded", .5}, {"socket-path-mismatch", .5}, {"fpm-not-running", .48}, {"fpm-transport-mismatch", .2}}},
	{"a version in the path: down, or not the installed one", allOf(toPHP, func(ev *errlog.Event) bool { return versionInPath(ev.Upstream.Path()) }),
		[]Candidate{{"fpm-not-running", .5}, {"socket-path-mismatch", .47}, {"php-version-upgraded", .42}, {"fpm-transport-mismatch", .25}}},
	{"down, elsewhere, or on a port", func(ev *errlog.Event) bool { return toPHP(ev) || ev.Upstream.Path() == "" },
		[]Candidate{{"fpm-not-running", .5}, {"socket-path-mismatch", .48}, {"fpm-transport-mismatch", .3}, {"socket-file-deleted", .15}}},
	{"an app that did not start makes no socket", anyLine,
		[]Candidate{{"upstream-port-nothing-listening", .5}, {"socket-path-mismatch", .48}, {"runtime-directory-removed", .25}, {"run-dir-missing", .2}, {"socket-file-deleted", .15}}},
}

var refusedSocketPriors = []prior{
	{"PHP-FPM leaves its file behind when it is killed", func(ev *errlog.Event) bool { return toPHP(ev) || ev.Upstream.Path() == "" }, nil},
	{"an app that died leaves its file behind", anyLine,
		[]Candidate{{"upstream-port-nothing-listening", .55}, {"fpm-stale-socket", .5}, {"oom-killed", .2}}},
}

var namelessPriors = []prior{
	{"a bare word in a configuration is most often a compose service", func(ev *errlog.Event) bool { return isService(ev) && ev.Kind == errlog.HostNotFound },
		[]Candidate{{"docker-wrong-port-or-network", .75}, {"config-test-fails", .9}, {"docker-container-exited", .45}}},
	{"a bare word at run time: its container is not there", isService,
		[]Candidate{{"upstream-dns", .92}, {"docker-wrong-port-or-network", .7}, {"docker-container-exited", .4}}},
}

func isService(ev *errlog.Event) bool {
	host, _, _ := strings.Cut(ev.Name, ":")
	return host != "" && !strings.Contains(host, ".") && host != "localhost"
}
