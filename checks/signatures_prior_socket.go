package checks

import (
	"slices"
	"strings"

	"fix502/sysinfo/errlog"
)

// What was behind a socket file that is missing or dead, and behind a name that nobody knows.

var missingSocketPriors = []prior{
	{"panels keep the sockets of their pools in /tmp: down, or one of another version", allOf(toPHP, func(ev *errlog.Event) bool { return strings.HasPrefix(ev.Upstream.Path(), "/tmp/") }),
		[]Candidate{{"fpm-not-running", .5}, {"socket-path-mismatch", .49}, {"private-tmp-socket", .48}, {"fpm-transport-mismatch", .3}}},
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
	{"what lies under /run is gone after each boot", func(ev *errlog.Event) bool {
		path := strings.TrimPrefix(ev.Upstream.Path(), "/var")
		return strings.HasPrefix(path, "/run/") && strings.Count(path, "/") > 2
	}, []Candidate{{"upstream-port-nothing-listening", .5}, {"socket-path-mismatch", .48}, {"runtime-directory-removed", .35}, {"run-dir-missing", .3}, {"socket-file-deleted", .15}}},
	{"the name says that Python's workers make it, who did not boot", named("gunicorn", "uvicorn", "daphne", "wsgi", "django", "flask", "hypercorn"),
		[]Candidate{{"upstream-port-nothing-listening", .5}, {"socket-path-mismatch", .48}, {"gunicorn-boot-failure", .4}, {"runtime-directory-removed", .2}}},
	{"the name says that Ruby's workers make it, who did not boot", named("puma", "unicorn", "thin.", "passenger"),
		[]Candidate{{"upstream-port-nothing-listening", .5}, {"socket-path-mismatch", .48}, {"ruby-java-worker-death", .4}, {"runtime-directory-removed", .2}}},
	{"an app that did not start makes no socket", anyLine,
		[]Candidate{{"upstream-port-nothing-listening", .5}, {"socket-path-mismatch", .48}, {"gunicorn-boot-failure", .26}, {"runtime-directory-removed", .25}, {"run-dir-missing", .2}, {"socket-file-deleted", .15}}},
}

var refusedSocketPriors = []prior{
	{"PHP-FPM leaves its file behind when it is killed, or told to listen elsewhere", func(ev *errlog.Event) bool { return toPHP(ev) || ev.Upstream.Path() == "" },
		[]Candidate{{"fpm-stale-socket", .75}, {"fpm-not-running", .45}, {"fpm-transport-mismatch", .41}, {"fpm-reload-killed-master", .4}, {"oom-killed", .2}}},
	{"an app that died leaves its file behind", anyLine,
		[]Candidate{{"upstream-port-nothing-listening", .55}, {"fpm-stale-socket", .5}, {"oom-killed", .2}}},
}

var namelessPriors = []prior{
	{"a bare word in a configuration is most often a compose service", func(ev *errlog.Event) bool { return isService(ev) && ev.Kind == errlog.HostNotFound },
		[]Candidate{{"docker-wrong-port-or-network", .75}, {"config-test-fails", .9}, {"docker-container-exited", .45}}},
	{"a bare word at run time: its container is not there", isService,
		[]Candidate{{"upstream-dns", .92}, {"docker-wrong-port-or-network", .7}, {"docker-container-exited", .4}}},
}

// named says that the path of the socket has one of these words in it.
func named(words ...string) func(*errlog.Event) bool {
	return func(ev *errlog.Event) bool {
		path := strings.ToLower(ev.Upstream.Path())
		return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(path, word) })
	}
}

func isService(ev *errlog.Event) bool {
	host, _, _ := strings.Cut(ev.Name, ":")
	return host != "" && !strings.Contains(host, ".") && host != "localhost"
}
