package nginx

import "strings"

const (
	maxFollow = 8    // variables within variables
	maxValues = 64   // candidates of one value
	maxSteps  = 1000 // values looked up for one pass: a hostile file names a variable two thousand times a line
	maxText   = 8192 // bytes of a value put together
)

// follower follows variables through set, map, geo and split_clients for one pass.
type follower struct {
	config *Config
	server *Server
	left   int // of maxSteps
}

// candidate is one value a text with variables may take, and the line that gives it.
type candidate struct {
	text  string
	place Place
}

// expand follows the variables of a text where the files decide them. A variable that stays unknown stays in the
// text. It is sure when the text has this one value in every request.
func (f *follower) expand(b *Block, text string, place Place, depth int) (all []candidate, sure bool) {
	all, sure = []candidate{{place: place}}, f.left >= 0
	for text != "" {
		at := strings.IndexByte(text, '$')
		if at < 0 || f.left < 0 {
			at = len(text)
		}
		extend(all, text[:at])
		text = text[at:]
		if text == "" {
			break
		}
		name, size := variable(text)
		if size == 1 {
			extend(all, "$")
			text = text[1:]
			continue
		}
		values, known := f.values(b, name, depth+1)
		if joined := cross(all, values); len(joined) > 0 {
			all = joined
		} else {
			extend(all, text[:size])
		}
		sure = sure && known
		text = text[size:]
	}
	return all, sure
}

func extend(all []candidate, text string) {
	for i := range all {
		all[i].text += text
	}
}

func cross(all, values []candidate) []candidate {
	var out []candidate
	for _, a := range all {
		for _, v := range values {
			if len(out) < maxValues && len(a.text)+len(v.text) < maxText {
				out = append(out, candidate{a.text + v.text, v.place})
			}
		}
	}
	return out
}

// variable is the name at the start of "$name..." or "${name}...", and how long it is with its signs.
func variable(s string) (name string, size int) {
	if strings.HasPrefix(s, "${") {
		if end := strings.IndexByte(s, '}'); end > 0 {
			return s[2:end], end + 1
		}
		return "", 1
	}
	n := 1
	for n < len(s) && (s[n] == '_' || s[n] >= '0' && s[n] <= '9' || s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z') {
		n++
	}
	return s[1:n], n
}

// values are what a variable may hold: from set in this block or around it, from map, geo or split_clients.
func (f *follower) values(b *Block, name string, depth int) (all []candidate, sure bool) {
	if f.left--; depth > maxFollow || f.left < 0 {
		return nil, false
	}
	if all, sure = f.sets(b, name, depth); len(all) > 0 {
		return all, sure && len(all) == 1
	}
	if m := f.config.variables["$"+name]; m != nil {
		all = f.mapped(b, m, f.chosen(m), depth)
		return all, len(all) == 1 && len(m.Directives) == 1 && m.Directives[0].Name == "default"
	}
	switch name {
	case "server_name": // ngx_http_variable_server_name: the first, whatever name was asked for
		if n := f.server.Names; len(n) > 0 && n[0] != "" && !strings.HasPrefix(n[0], "~") {
			return []candidate{{n[0], Place{}}}, true
		}
	case "host", "http_host":
		return f.server.hosts(), false
	case "scheme":
		return []candidate{{"http", Place{}}, {"https", Place{}}}, false
	}
	return nil, false
}

// hosts are the names that requests to a server come with, as far as its configuration spells them out.
func (s *Server) hosts() []candidate {
	var all []candidate
	for _, n := range s.Names {
		if n != "" && n != "_" && !strings.ContainsAny(n, "*~$") && !strings.HasPrefix(n, ".") && len(all) < maxValues {
			all = append(all, candidate{strings.ToLower(n), Place{}})
		}
	}
	return all
}

// sets finds `set $name value`, the innermost block first. One in an if is a maybe; one that stands free does its
// work in every request, so that nothing further out counts.
func (f *follower) sets(b *Block, name string, depth int) (all []candidate, sure bool) {
	for ; b != nil && b.Name != "http"; b = b.Up {
		for _, in := range b.Blocks {
			if in.Name == "if" {
				for _, s := range in.setsOf(name) {
					values, _ := f.expand(b, s.arg(1), s.Place, depth)
					all = append(all, values...)
				}
			}
		}
		if own := b.setsOf(name); len(own) > 0 {
			last := own[len(own)-1]
			values, known := f.expand(b, last.arg(1), last.Place, depth)
			return append(all, values...), known
		}
	}
	return all, false
}

// setsOf are the block's own `set $name`.
func (b *Block) setsOf(name string) []Setting {
	var all []Setting
	for _, s := range b.Own("set") {
		if arg := s.arg(0); len(arg) > 1 && arg[1:] == name {
			all = append(all, s)
		}
	}
	return all
}
