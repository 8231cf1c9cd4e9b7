package checks

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// hangsUp is a line by which a gateway ends a connection without a word.
type hangsUp struct {
	sysinfo.Place
	sure   bool          // it is known to be taken
	always bool          // it has no condition
	list   sysinfo.Place // where those stand whom it does not meet
	nets   []string      // they, where that one list decides and it has its rule's line or one of its own; nil else
	add    string        // a line below list that lets the gateway in, where the list has a line for each
}

// innerHangsUp: the gateway behind a hop hangs up on this one by a rule of its own. Whatever fails behind it, it would say so with a 502; so where it closes
// without a word and has such a rule, that is it.
func innerHangsUp(ctx context.Context, f *sysinfo.Facts, l *live, uri string) *Finding {
	in := f.Inner(ctx, l.Hop)
	if in == nil {
		return nil
	}
	from := packetOf(l).from
	page, _, _ := strings.Cut(cmp.Or(uri, "/"), "?")
	rules := hangUps(in, l.asked(), page, from)
	if i := slices.IndexFunc(rules, func(h hangsUp) bool { return h.sure }); i >= 0 {
		rules = rules[i : i+1]
	}
	if len(rules) != 1 {
		return nil
	}
	r, root := rules[0], in.Gateway.Root
	found := &Finding{Confidence: 0.8, Where: r.Place, Evidence: []Evidence{lineOf(root, r.Place), passLine(l)},
		Summary: fmt.Sprintf("%s at %s hangs up by a rule of its own: %s at %s", in.Gateway.Title(), l.Address(), configLine(root, r.Place), r.Place)}
	if r.sure {
		found.Confidence = 0.95
	}
	if r.list.Known() && r.list != r.Place {
		found.Evidence = append(found.Evidence, lineOf(root, r.list))
	}
	found.Fix = pastRule(ctx, f, l, in, r, from)
	return found
}

// pastRule changes a rule so that it does not meet the gateway in front, where it is known what decides.
func pastRule(ctx context.Context, f *sysinfo.Facts, l *live, in *sysinfo.Site, r hangsUp, from netip.Addr) Fix {
	root := in.Gateway.Root
	line, list := configLine(root, r.Place), configLine(root, r.list)
	if r.always && wholeLine(in.Gateway.Kind, line) {
		x := Fix{Title: "Take the rule out", Risk: Medium, Undo: setLine(root, r.Place, line)}
		return reload(ctx, f, in.Gateway, x.Tell("The rule has no condition: it keeps everybody out. See that nobody put it there on purpose").Do("Take it out", "%s", commentOut(root, r.Place)))
	}
	x := Fix{Title: "Let " + l.From + " in", Risk: Medium}
	x = x.Tell("Everybody who comes through %s is %s to that rule. If it is to keep strangers out, put it into %s, which sees who really comes", l.From, from, l.From)
	was := strings.Join(r.nets, " ")
	switch {
	case r.sure && r.add != "":
		x.Undo = removeBelow(root, r.list, 1)
		x = x.Do("Let "+from.String()+" in there", "%s", insertAfter(root, r.list, r.add))
	case r.sure && was != "" && strings.Count(list, was) == 1:
		x.Undo = setLine(root, r.list, list)
		x = x.Do("Let "+from.String()+" in there", "%s", replace(root, r.list, was, was+" "+from.String()))
	default:
		return x.Tell("See whether the rule at %s is meant to meet these requests; it should not meet %s", r.Place, from)
	}
	return reload(ctx, f, in.Gateway, x)
}

// wholeLine says that a line of a gateway's configuration is one rule and nothing else.
func wholeLine(kind, line string) bool { return kind != "nginx" || alone(line) }
