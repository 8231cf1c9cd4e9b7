package sysinfo

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo/late"
)

// A NamedCall is a server that an app is told to ask over HTTP, by its own code or by a variable of its environment.
type NamedCall struct {
	TLS   bool
	Host  string // as written
	Port  int
	Where Place
}

var calledURL = late.New(`\b(https?)://([A-Za-z0-9][A-Za-z0-9.-]*)(?::(\d{2,5}))?(?:[/'"\s]|$)`)

// maxNamedCalls bounds what one app may name.
const maxNamedCalls = 20

// NamedCalls are the servers that the service behind a hop is told to ask: those of its environment first. Addresses in comments are none.
func (f *Facts) NamedCalls(ctx context.Context, h *Hop) []NamedCall {
	u := f.unitBehind(ctx, h)
	if u.Name == "" || u.Contained() || h.Scheme == "fastcgi" {
		return nil
	}
	var out []NamedCall
	set, _ := f.environmentOf(u) // what could not be read names nothing
	for _, one := range set {
		for _, c := range (codeText{text: one.text, bare: one.text}).namedCalls() {
			c.Where = one.at
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b NamedCall) int {
		return cmp.Or(strings.Compare(a.Where.File, b.Where.File), cmp.Compare(a.Where.Line, b.Where.Line), strings.Compare(a.Host, b.Host))
	})
	for _, c := range f.codeOfUnit(ctx, u) {
		out = append(out, c.namedCalls()...)
	}
	return out[:min(len(out), maxNamedCalls)]
}

func (c codeText) namedCalls() []NamedCall {
	var out []NamedCall
	for _, m := range calledURL.FindAllStringSubmatchIndex(c.text, maxNamedCalls) {
		call := NamedCall{TLS: c.text[m[2]:m[3]] == "https", Host: c.text[m[4]:m[5]], Where: c.place(m[0])}
		call.Port = map[bool]int{true: 443, false: 80}[call.TLS]
		if m[6] >= 0 {
			call.Port, _ = strconv.Atoi(c.text[m[6]:m[7]]) // the pattern takes digits alone
		}
		if !c.comment(m[0]) && call.Port <= 65535 {
			out = append(out, call)
		}
	}
	return out
}
