package traefik

import (
	"cmp"
	"net"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo/conf"
)

// Usual are the places where Traefik looks for its static configuration when none is named (pkg/cli/loader_file.go).
func Usual(home string) []string {
	var out []string
	for _, base := range []string{"/etc/traefik/traefik", home + "/.config/traefik"} {
		for _, ext := range []string{".toml", ".yaml", ".yml"} {
			out = append(out, base+ext)
		}
	}
	return out
}

// Parse reads what a Traefik is started with: the file that args name or one of the usual, else the flags themselves.
func Parse(f Files, args []string, file string) *Config {
	c := &Config{Path: file, Services: map[string]*Service{}, Transports: map[string]Transport{}, Watch: true}
	static := newNode(Place{})
	if file != "" {
		static = c.read(f, file)
	} else {
		flags(static, args)
	}
	c.entrypoints(static)
	c.logs(static)
	static.get("providers").each(func(name string, n *node) {
		if !strings.EqualFold(name, "file") && !strings.EqualFold(name, "providersThrottleDuration") {
			c.Providers = append(c.Providers, Value{Place: n.at, Text: name})
		}
	})
	provider := static.get("providers", "file")
	c.Watch = provider.flag(true, "watch")
	for _, name := range dynamicFiles(f, provider, file) {
		if len(c.Files) >= maxFiles {
			c.Problems.Add(provider.at, "too many files in the provider's folder", nil)
			break
		}
		tree := static
		if name != file {
			tree = c.read(f, name)
		}
		c.dynamic(tree)
	}
	return c
}

const maxFiles = 500

func (c *Config) read(f Files, name string) *node {
	b, err := f.ReadFile(name)
	if err != nil {
		c.Problems.Add(conf.At(name, 0), "cannot be read: "+err.Error(), err)
		return newNode(conf.At(name, 0))
	}
	c.Files = append(c.Files, name)
	return parseTree(name, b, &c.Problems)
}

// flags reads "--entrypoints.web.address=:80" and "--api".
func flags(root *node, args []string) {
	for i, a := range args {
		key, value, ok := strings.Cut(strings.TrimLeft(a, "-"), "=")
		if !strings.HasPrefix(a, "-") || key == "" {
			continue
		}
		if !ok {
			if value = "true"; i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") {
				value = args[i+1]
			}
		}
		n := root
		for word := range strings.SplitSeq(key, ".") {
			n = n.child(word, Place{})
		}
		n.text = value
	}
}

// dynamicFiles are those of the file provider: one, or the folder's and those of its folders.
func dynamicFiles(f Files, provider *node, static string) []string {
	base := path.Dir(static)
	at := func(name string) string {
		if name != "" && !path.IsAbs(name) && static != "" {
			return path.Join(base, name)
		}
		return name
	}
	if dir := at(provider.value("directory").Text); dir != "" {
		var out []string
		for _, depth := range []string{"", "*/", "*/*/"} {
			for _, ext := range []string{"toml", "yaml", "yml"} {
				found, err := f.Glob(path.Join(dir, depth+"*."+ext))
				if err == nil {
					out = append(out, found...)
				}
			}
		}
		return out
	}
	if name := at(provider.value("filename").Text); name != "" {
		return []string{name}
	}
	return nil
}

func (c *Config) entrypoints(static *node) {
	static.get("entryPoints").each(func(name string, n *node) {
		v := n.value("address")
		e := Entrypoint{Place: v.Place, Name: strings.ToLower(name), Address: v.Text, TLS: n.get("http", "tls") != nil}
		if e.Line == 0 {
			e.Place = n.at
		}
		address, protocol, _ := strings.Cut(v.Text, "/")
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			c.Problems.Add(e.Place, "entry point "+name+" has no address such as :80", nil)
			return
		}
		e.Host, e.UDP = host, protocol == "udp"
		e.Port, _ = strconv.Atoi(port)
		c.Entrypoints = append(c.Entrypoints, e)
	})
	if len(c.Entrypoints) == 0 { // pkg/config/static, SetEffectiveConfiguration
		c.Entrypoints = []Entrypoint{{Place: conf.At(c.Path, 0), Name: "http", Address: ":80", Port: 80}}
	}
}

func (c *Config) logs(static *node) {
	read := func(key string) Log {
		n := static.get(key)
		l := Log{On: n != nil, File: n.value("filePath").Text, Format: cmp.Or(n.value("format").Text, "common"), Level: n.value("level").Text}
		if n != nil {
			l.Place = n.at
		}
		return l
	}
	c.Log, c.Access = read("log"), read("accessLog")
	c.Log.Level = cmp.Or(c.Log.Level, "ERROR")
}
