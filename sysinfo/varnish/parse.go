package varnish

import (
	"path"
	"strings"

	"fix502/sysinfo/conf"
)

// maxFiles bounds includes that include each other.
const maxFiles = 128

type parser struct {
	config *Config
	files  Files
	names  map[string]bool // words that stand outside of declarations
	probes map[string]map[string]Value
}

// Parse reads a VCL file and all it includes.
func Parse(f Files, name string) *Config {
	p := &parser{config: &Config{Path: name}, files: f, names: map[string]bool{}, probes: map[string]map[string]Value{}}
	p.file(name, conf.At(name, 0))
	c := p.config
	for i, b := range c.Backends {
		if i == 0 || b.Name == "default" {
			c.Default = b.Name
		}
		b.Used = p.names[b.Name]
	}
	for _, b := range c.Backends {
		b.Used = b.Used || b.Name == c.Default
		if name, ok := b.Values["probe"]; ok {
			b.Probe = p.probes[name.Text]
		} else if len(b.Probe) == 0 {
			b.Probe = p.probes["default"]
		}
	}
	return c
}

func (p *parser) file(name string, from Place) {
	if len(p.config.Files) >= maxFiles {
		p.config.Problems.Add(from, "too many files are included", nil)
		return
	}
	b, err := p.files.ReadFile(name)
	if err != nil {
		p.config.Problems.Add(from, "cannot read "+name+": "+err.Error(), err)
		return
	}
	p.config.Files = append(p.config.Files, name)
	words := scan(name, string(b))
	p.config.directed(words)
	depth, ruled := 0, 0
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case w.text == "{" && !w.quoted:
			depth++
		case w.text == "}" && !w.quoted:
			depth--
		case depth == 0 && w.text == "include" && i+1 < len(words) && words[i+1].quoted:
			p.config.route(words[ruled:i]) // a subroutine of many parts is run in their order (VCL reference, "Multiple subroutines")
			i++
			ruled = min(i+1, len(words))
			p.file(p.found(words[i].text), w.Place)
		case depth == 0 && w.text == "backend" && i+2 < len(words) && words[i+2].text == "{":
			i = p.backend(words, i+1)
		case depth == 0 && w.text == "probe" && i+2 < len(words) && words[i+2].text == "{":
			b := &Backend{Values: map[string]Value{}}
			p.probes[words[i+1].text] = b.Values
			i = p.declared(b, words, i+1)
		case depth == 0 && w.text == "backend" && i+2 < len(words) && words[i+2].text == "none":
			i += 2
		case !w.quoted:
			p.names[w.text] = true
		}
	}
	p.config.route(words[ruled:])
	if depth != 0 {
		p.config.Problems.Add(conf.At(name, words[len(words)-1].Line), "braces do not match", nil)
	}
}

// found is where an include is looked for: relative ones in vcl_path.
func (p *parser) found(name string) string {
	if path.IsAbs(name) {
		return name
	}
	if strings.HasPrefix(name, "./") {
		return path.Join(path.Dir(p.config.Path), name)
	}
	return path.Join("/etc/varnish", name)
}

// backend reads "NAME { .host = "…"; .probe = { … } }" and gives the place of its last word.
func (p *parser) backend(words []word, i int) int {
	b := &Backend{Place: words[i].Place, Name: words[i].text, Values: map[string]Value{}, Probe: map[string]Value{}}
	p.config.Backends = append(p.config.Backends, b)
	return p.declared(b, words, i)
}

// declared reads what stands between the braces behind a name.
func (p *parser) declared(b *Backend, words []word, i int) int {
	depth := 0
	for i++; i < len(words); i++ {
		w := words[i]
		switch {
		case w.quoted:
		case w.text == "{":
			depth++
		case w.text == "}":
			if depth--; depth <= 0 {
				return i
			}
		case depth > 0 && depth < 3 && strings.HasPrefix(w.text, ".") && i+2 < len(words) && words[i+1].text == "=":
			key := w.text[1:]
			if words[i+2].text == "{" && !words[i+2].quoted {
				continue // the probe begins
			}
			v, to := Value{w.Place, words[i+2].text}, b.Values
			if depth == 2 {
				to = b.Probe
			}
			for j := i + 3; j < len(words) && words[j].text != ";" && !words[j].quoted && words[j].text != "}"; j++ {
				v.Text += words[j].text // "3 s"
			}
			to[key] = v
			i += 2
		}
	}
	p.config.Problems.Add(b.Place, "backend "+b.Name+" has no end", nil)
	return i
}
