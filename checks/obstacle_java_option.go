package checks

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

var (
	refusedVM = whenAsked(`Unrecognized VM option '([+-]?(\w+)[^']*)'`)
	meantVM   = whenAsked(`Did you mean '(?:\(\+/-\))?(\w+)=?(?:<value>)?'`)
	vmOption  = whenAsked(`-XX:[+-]?(\w+)(?:=[^\s"']*)?`)
	// goneVM are options of older Javas that a newer one refuses to start with: collectors that were taken out, and what they wrote into logs (JEP 363,
	// JEP 271). By themselves they change no answer of an app.
	goneVM = whenAsked(`^(?:CMS\w+|UseConcMarkSweepGC|UseParNewGC|UseParallelOldGC|UseCMS\w+|ExplicitGCInvokesConcurrentAndUnloadsClasses|PrintGC\w+|PrintTenuringDistribution|PrintHeapAtGC|` +
		`PrintAdaptiveSizePolicy|UseGCLogFileRotation|NumberOfGCLogFiles|GCLogFileSize|AggressiveOpts|UseBiasedLocking|MaxPermSize|PermSize|TraceClassUnloading|UseFastAccessorMethods)$`)
)

// javaOption: Java does not know a word among the options of the machine that it is, and does not begin (arguments.cpp, process_argument).
func javaOption(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || u.Manager != "" || !fails(u) {
		return nil
	}
	said := lastSaid(recent(lines), refusedVM)
	if said == nil {
		return nil
	}
	name := refusedVM.FindStringSubmatch(said.Text)[2]
	for _, at := range optionPlaces(f, u, regexp.MustCompile(`-XX:[+-]?`+name+`\b`)) {
		if !strings.HasPrefix(at.File, "/etc/") {
			continue
		}
		o := &obstacle{where: at, says: fmt.Sprintf("this Java knows no option %s", name)}
		o.evidence = []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}}
		var odd []string
		for _, m := range vmOption.FindAllStringSubmatch(configLine(f.Host.Root, at), -1) {
			if m[1] == name || goneVM.MatchString(m[1]) {
				odd = append(odd, m[0])
			}
		}
		o.evidence = append(o.evidence, Evidence{Source: at.String(), Text: strings.Join(odd, " ")})
		meant := ""
		if hint := lastSaid(recent(lines), meantVM); hint != nil {
			meant = meantVM.FindStringSubmatch(hint.Text)[1]
		}
		o.clear = func(x Fix) Fix { return vmOptionsFit(f, at, x, name, meant, odd) }
		return o
	}
	return nil
}

// vmOptionsFit writes the option that is meant where Java says which, and leaves out those of an older Java.
func vmOptionsFit(f *sysinfo.Facts, at sysinfo.Place, x Fix, name, meant string, odd []string) Fix {
	root := f.Host.Root
	line := configLine(root, at)
	var undo []string
	for _, word := range odd {
		was, is := word, strings.Replace(word, name, meant, 1)
		switch own := vmOption.FindStringSubmatch(word)[1] == name; {
		case own && meant != "" && !goneVM.MatchString(name):
			x = x.Do(fmt.Sprintf("%s is %s", name, meant), "%s", replace(root, at, was, is))
		case own && !goneVM.MatchString(name):
			return x.Tell("Correct or take out %s at %s: java -XX:+PrintFlagsFinal -version lists what this Java knows", word, at)
		default:
			before := wordBefore(line, word)
			if QuoteConfig(before) != strings.TrimSpace(before) {
				return x.Tell("Take %s out at %s: it is of an older Java", strings.Join(odd, " "), at)
			}
			was, is = before+word, before
			x = x.Do("Leave "+word+" out: it is of an older Java", "%s", replace(root, at, was, is))
		}
		line = strings.Replace(line, was, is, 1)
		undo = append(undo, replace(root, at, is, was))
	}
	x.Undo = undoAll(append([]string{"systemctl daemon-reload"}, undo...))
	return daemonReload(x)
}
