package sysinfo

import (
	"fmt"
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

// mostProcesses is how many processes of one program are told apart.
const mostProcesses = 64

// expansion is a value of supervisord's that is put in when it reads its files: %(program_name)s, %(process_num)02d.
var expansion = late.New(`%\((\w+)\)(\d*)[sd]`)

// groupsOf reads the [group:x] sections of one file: of each program that stands in one its name.
func groupsOf(text string, into map[string]string) {
	group := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			group, _ = strings.CutPrefix(strings.TrimSuffix(line, "]"), "[group:")
			if strings.HasPrefix(group, "[") {
				group = ""
			}
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		if group == "" || strings.TrimSpace(key) != "programs" {
			continue
		}
		value, _, _ = strings.Cut(value, " ;")
		for p := range strings.SplitSeq(value, ",") {
			into[strings.TrimSpace(p)] = group
		}
	}
}

// processes are the programs as supervisorctl names them: each process by its group and its own name, by one word where both are the same
// (supervisord.org, "Group and process names"). Where no group has a program, it is a group by itself.
func processes(list []Unit, groups map[string]string) []Unit {
	var out []Unit
	for _, u := range list {
		program := u.Word()
		group := program
		if g := groups[program]; g != "" {
			group = g
		}
		count, _ := strconv.Atoi(u.Props["numprocs"]) // none is one
		first, _ := strconv.Atoi(u.Props["numprocs_start"])
		for n := first; n < first+min(max(count, 1), mostProcesses); n++ {
			one := u.expanded(map[string]string{"program_name": program, "group_name": group, "process_num": strconv.Itoa(n)})
			name := one.Props["process_name"]
			if name == "" {
				name = program
			}
			if !plainName(name) || !plainName(group) {
				continue // left to its owner
			}
			if name != group {
				name = group + ":" + name
			}
			one.Name = "supervisord:" + name
			out = append(out, one)
		}
	}
	return out
}

// expanded has the values put in that supervisord puts in; what it takes from elsewhere, %(ENV_HOME)s, stays as it is written.
func (u Unit) expanded(values map[string]string) Unit {
	put := func(s string) string {
		return expansion.ReplaceAllStringFunc(s, func(m string) string { return expand(m, values) })
	}
	props := make(map[string]string, len(u.Props))
	for k, v := range u.Props {
		props[k] = put(v)
	}
	u.Exec, u.LogFile, u.Props = put(u.Exec), put(u.LogFile), props
	return u
}

func expand(m string, values map[string]string) string {
	part := expansion.FindStringSubmatch(m)
	value, known := values[part[1]]
	if n, err := strconv.Atoi(value); known && err == nil && strings.HasSuffix(m, "d") {
		return fmt.Sprintf("%"+part[2]+"d", n)
	}
	if !known {
		return m
	}
	return value
}
