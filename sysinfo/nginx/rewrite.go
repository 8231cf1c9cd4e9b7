package nginx

import "strings"

// rewrite runs the rewrite module's directives of a block in order, its ifs where they stand. goOn: nothing
// changed the path.
func (r *request) rewrite(b *Block) step {
	changed, blocks := false, b.Blocks
	for i := 0; i <= len(b.Directives); i++ {
		for ; len(blocks) > 0 && blocks[0].after <= i; blocks = blocks[1:] {
			if blocks[0].Name != "if" {
				continue
			}
			next, stop := r.inIf(blocks[0])
			changed = changed || next == search
			if stop {
				return rewritten(b, next, changed)
			}
		}
		if i == len(b.Directives) {
			break
		}
		next, stop := r.one(b.Directives[i])
		changed = changed || next == search
		if stop {
			return rewritten(b, next, changed)
		}
	}
	return rewritten(b, goOn, changed)
}

// rewritten is what follows a row of rewrites: a new path needs a new location, unless break was said in one.
func rewritten(b *Block, next step, changed bool) step {
	switch {
	case next == answered, next == finished:
		return next
	case b.Name == "server", next == search, next == goOn && changed:
		return search
	}
	return goOn
}

// one runs one directive; stop says that the row ends here.
func (r *request) one(d *Directive) (next step, stop bool) {
	switch d.Name {
	case "set":
		if len(d.Args) == 2 {
			if v, ok := r.eval(d.Args[1]); ok {
				r.vars[strings.TrimPrefix(d.Args[0], "$")] = v
			}
		}
	case "break":
		return stay, true
	case "return":
		ret := newReturn(Setting{Args: d.Args, Place: d.Place()})
		r.route.Code, r.route.Place = ret.Code, ret.Place
		if ret.Code >= 400 {
			return answered, true
		}
		return finished, true
	case "rewrite":
		return r.replace(d)
	}
	return goOn, false
}

// replace runs `rewrite expression replacement [flag]`.
func (r *request) replace(d *Directive) (next step, stop bool) {
	if len(d.Args) < 2 {
		return goOn, false
	}
	if _, ok := compile(false, d.Args[0]); !ok {
		r.sure = false
		return goOn, false
	}
	if !r.capture(false, d.Args[0]) {
		return goOn, false
	}
	flag := ""
	if len(d.Args) > 2 {
		flag = d.Args[2]
	}
	to := d.Args[1]
	if flag == "redirect" || flag == "permanent" || away(to) {
		r.route.Code, r.route.Place = 302, d.Place()
		if flag == "permanent" {
			r.route.Code = 301
		}
		return finished, true
	}
	to, known := r.eval(to)
	r.sure = r.sure && known
	r.goTo(to)
	switch flag {
	case "last":
		return search, true
	case "break":
		return stay, true
	}
	return search, false
}

// away says whether a replacement leaves the server.
func away(to string) bool {
	return strings.HasPrefix(to, "http://") || strings.HasPrefix(to, "https://") || strings.HasPrefix(to, "$scheme")
}

// goTo sets path and arguments; the old arguments are kept when the new path brings none.
func (r *request) goTo(uri string) {
	if p, args, ok := strings.Cut(uri, "?"); ok {
		uri, r.args = p, args
	}
	r.uri = clean(uri)
}

// inIf runs an if whose condition files can tell, and notes that nothing is sure when they cannot and it matters.
func (r *request) inIf(b *Block) (next step, stop bool) {
	yes, known := r.holds(strings.Join(b.Args, " "))
	if !known {
		r.sure = r.sure && harmless(b)
		return goOn, false
	}
	if !yes {
		return goOn, false
	}
	if b.Up.Name == "location" {
		r.block = b
	}
	changed := false
	for _, d := range b.Directives {
		next, stop = r.one(d)
		changed = changed || next == search
		if stop {
			return next, true
		}
	}
	if changed {
		return search, false
	}
	return goOn, false
}

// harmless says whether an if changes nothing about where a request goes.
func harmless(b *Block) bool {
	for _, d := range b.Directives {
		switch {
		case d.Name == "return", d.Name == "rewrite", d.Name == "break", strings.HasSuffix(d.Name, "_pass"):
			return false
		}
	}
	return true
}

// holds judges a condition: files and folders, and what is known of the request.
func (r *request) holds(cond string) (yes, known bool) {
	cond = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(cond), "("), ")"))
	words := strings.Fields(cond)
	switch len(words) {
	case 1:
		v, ok := r.eval(words[0])
		return v != "" && v != "0", ok
	case 2:
		return r.fileTest(words[0], words[1])
	case 3:
		v, ok := r.eval(words[0])
		return compare(v, words[1], words[2], ok)
	}
	return false, false
}

func (r *request) fileTest(op, arg string) (yes, known bool) {
	name, ok := r.eval(arg)
	if !ok {
		return false, false
	}
	op, not := strings.CutPrefix(op, "!")
	name = strings.TrimRight(name, "/")
	switch op {
	case "-f":
		yes = r.exists(name)
	case "-d":
		yes = r.exists(name + "/")
	case "-e":
		yes = r.exists(name) || r.exists(name+"/")
	default:
		return false, false
	}
	return yes != not, true
}

func compare(v, op, with string, known bool) (bool, bool) {
	if !known {
		return false, false
	}
	switch op {
	case "=":
		return v == with, true
	case "!=":
		return v != with, true
	}
	op, not := strings.CutPrefix(op, "!")
	if op != "~" && op != "~*" {
		return false, false
	}
	hit, ok := matches(op == "~*", with, v)
	return hit != not, ok
}
