package caddy

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo/conf"
)

// Limits keep imports that import each other small.
const (
	maxFiles = 256
	maxWords = 500_000
	maxDepth = 64
)

type parser struct {
	config   *Config
	files    Files
	env      Environ
	snippets map[string][]token
	matchers map[string]Condition // those of the site that is being read
	filling  map[string][]choice  // the values of its placeholders
	binds    []string             // default_bind: those of a site without a bind
	words    int
}

// An Environ is the environment of a Caddy, as far as it is known.
type Environ struct {
	Set   map[string]string
	Guess bool // it may have more
}

// Parse reads a Caddyfile, or JSON where the name or the first letter says so, and all it imports. env is the
// environment of the process.
func Parse(f Files, name string, env Environ) *Config {
	p := &parser{config: &Config{Path: name, Admin: "localhost:2019", Ports: usualPorts}, files: f, env: env, snippets: map[string][]token{}}
	b, err := f.ReadFile(name)
	if err != nil {
		p.config.Problems.Add(conf.At(name, 0), "cannot be read: "+err.Error(), err)
		return p.config
	}
	p.config.Files = append(p.config.Files, name)
	if strings.HasSuffix(name, ".json") || strings.HasPrefix(strings.TrimSpace(string(b)), `{"`) {
		p.json(name, b)
		return p.config
	}
	p.top(p.imported(lex(name, string(b), env), 0))
	return p.config
}

// imported replaces each "import X" line by what it names: a snippet, or files.
func (p *parser) imported(in []token, depth int) []token {
	if depth > maxDepth {
		p.config.Problems.Add(conf.At(p.config.Path, 0), "imports are nested too deeply", nil)
		return nil
	}
	var out []token
	for i := 0; i < len(in); i++ {
		t := in[i]
		if t.text != "import" || t.quoted || i > 0 && in[i-1].Line == t.Line && in[i-1].File == t.File && in[i-1].text != "{" || i+1 >= len(in) || in[i+1].Line != t.Line {
			out = append(out, t)
			continue
		}
		args, body, last := importLine(in, i)
		line := in[i : last+1]
		i = last
		if p.words > maxWords {
			p.config.Problems.Add(t.Place, "the rest was not read: too many imports", nil)
			return out
		}
		out = append(out, p.imports(line, args, body, depth)...)
	}
	return out
}

// filled are the words of an import with its arguments in them, counted: snippets that import each other twice over have no end.
func (p *parser) filled(words, args, body []token, depth int) []token {
	out := filled(words, args, body)
	p.words += len(out) + 1
	return p.imported(out, depth+1)
}

// imports is what an import line stands for; one that names nothing stays, for a snippet may be read later.
func (p *parser) imports(line, args, body []token, depth int) []token {
	what := line[1]
	if s, ok := p.snippets[what.text]; ok {
		return p.filled(s, args, body, depth)
	}
	pattern := what.text
	if !path.IsAbs(pattern) {
		pattern = path.Join(path.Dir(what.File), pattern)
	}
	names, err := p.files.Glob(pattern)
	if err == nil && len(names) == 0 && !strings.ContainsAny(pattern, "*?[") {
		return line
	}
	var out []token
	for _, name := range names {
		if len(p.config.Files) >= maxFiles {
			p.config.Problems.Add(what.Place, "too many files are imported", nil)
			break
		}
		b, err := p.files.ReadFile(name)
		if err != nil {
			p.config.Problems.Add(what.Place, "cannot read "+name+": "+err.Error(), err)
			continue
		}
		p.config.Files = append(p.config.Files, name)
		out = append(out, p.filled(lex(name, string(b), p.env), args, body, depth)...)
	}
	return out
}

// top reads global options, snippets and site blocks.
func (p *parser) top(words []token) {
	for i := 0; i < len(words); {
		if words[i].text == "{" && !words[i].quoted { // global options: the only block without a name
			end := block(words, i)
			p.global(words[i+1 : end])
			i = end + 1
			continue
		}
		head := i
		for i < len(words) && !(words[i].text == "{" && !words[i].quoted) {
			if i > head && words[i].Line != words[i-1].Line && !strings.HasSuffix(words[i-1].text, ",") {
				break // addresses end with their line unless a comma goes on
			}
			i++
		}
		names := p.named(words[head:i])
		var body []token
		if i < len(words) && words[i].text == "{" {
			end := block(words, i)
			if end >= len(words) {
				p.config.Problems.Add(words[i].Place, "a block without its closing brace", nil)
			}
			body, i = words[min(i+1, end):min(end, len(words))], end+1
		} else { // one site without braces: the rest of the file is its own
			body, i = words[i:], len(words)
		}
		if len(names) == 1 && strings.HasPrefix(names[0].text, "(") {
			name := strings.Trim(names[0].text, "()")
			p.snippets[name] = body
			continue
		}
		p.site(names, p.imported(body, 1))
	}
}

// named are the addresses of a site. One that nobody can tell is that of all who come, as one that is set to nothing.
func (p *parser) named(words []token) []token {
	if !p.env.Guess {
		return words
	}
	out := slices.Clone(words)
	for i := range out {
		out[i].text = expand(out[i].text, Environ{})
	}
	return slices.DeleteFunc(out, func(t token) bool { return t.text == "" && !t.quoted })
}

// block gives the place of the brace that closes the one at i; len(words) when none does.
func block(words []token, i int) int {
	depth := 0
	for ; i < len(words); i++ {
		switch {
		case words[i].quoted:
		case words[i].text == "{":
			depth++
		case words[i].text == "}":
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(words)
}

func (p *parser) global(words []token) {
	each(words, func(line, body []token) {
		switch line[0].text {
		case "admin":
			if len(line) > 1 {
				p.config.Admin = line[1].text
			}
		case "http_port", "https_port":
			port, err := strconv.Atoi(strings.Join(texts(line[1:]), ""))
			switch {
			case err != nil: // Caddy's own test says so
			case line[0].text == "http_port":
				p.config.Ports.HTTP = port
			default:
				p.config.Ports.HTTPS = port
			}
		case "default_bind":
			p.binds = append(p.binds, texts(line[1:])...)
		case "log":
			p.config.Logs = append(p.config.Logs, logs(line[0].Place, body))
		}
	})
}

func texts(words []token) []string {
	var out []string
	for _, w := range words {
		out = append(out, w.text)
	}
	return out
}

// each walks the lines of a block, each with the block behind it.
func each(words []token, do func(line, body []token)) {
	for i := 0; i < len(words); {
		start := i
		for i++; i < len(words) && words[i].Line == words[start].Line && words[i].File == words[start].File && (words[i].quoted || words[i].text != "{"); i++ {
		}
		line := words[start:i]
		var body []token
		if i < len(words) && !words[i].quoted && words[i].text == "{" {
			end := block(words, i)
			body, i = words[i+1:min(end, len(words))], end+1
			if i > len(words) {
				i = len(words)
			}
		}
		do(line, body)
	}
}
