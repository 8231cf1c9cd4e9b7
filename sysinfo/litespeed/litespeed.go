// Package litespeed reads the configuration of OpenLiteSpeed (httpd_config.conf and what its virtual hosts name) and says
// where requests are passed on to and which line says so. LiteSpeed Enterprise's XML, or the Apache files it reads instead,
// are not read. It looks at files only.
package litespeed

import (
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo/conf"
)

// These are short names for what all readers share.
type (
	Files   = conf.Files
	Place   = conf.Place
	Problem = conf.Problem
)

// Config is one OpenLiteSpeed as its files describe it.
type Config struct {
	Path, Root string
	Files      []string
	User       string
	ErrorLog   Value
	AccessLog  Value
	Hosts      []*Host
	Problems   conf.Problems

	server *block
}

// Value is a setting and the line that sets it.
type Value struct {
	Place
	Text string
}

// Host is one virtual host and the listeners that lead to it.
type Host struct {
	Place
	Name      string
	Domains   []string // none takes every one
	Root      string   // its documents
	Listeners []Listener
	Passes    []Pass
	ErrorLog  Value
}

// Listener is an address.
type Listener struct {
	Place
	Host string
	Port int
	TLS  bool
}

// Pass is a context, or the script handler, that hands requests to an external application.
type Pass struct {
	Place
	URI string // of the context; "" for a script handler
	App App
}

// App is an external application.
type App struct {
	Place                 // of its address
	Name, Type     string // proxy, fcgi, lsapi, scgi
	Address        string
	Scheme, Host   string
	Port           int
	Unix           string
	Own            bool // the server starts it by itself
	Timeout        Value
	Path           Value // the program that it starts, with its arguments
	MaxConnections Value
}

// Parse reads the main file and the files of its virtual hosts. root is where the server is installed.
func Parse(f Files, root, name string) *Config {
	c := &Config{Path: name, Root: root}
	c.server = c.read(f, name)
	c.User = c.server.text("user")
	c.ErrorLog, c.AccessLog = c.path(c.server.value("errorlog"), ""), c.path(c.server.value("accesslog"), "")
	for _, b := range c.server.all("virtualhost") {
		c.host(f, b)
	}
	return c
}

func (c *Config) read(f Files, name string) *block {
	b, err := f.ReadFile(name)
	if err != nil {
		c.Problems.Add(conf.At(name, 0), "cannot be read: "+err.Error(), err)
		return &block{}
	}
	c.Files = append(c.Files, name)
	return parse(name, string(b), &c.Problems)
}

// path makes a setting's file absolute: $SERVER_ROOT, $VH_ROOT, or below the server's own folder.
func (c *Config) path(v Value, hostRoot string) Value {
	if v.Text == "" {
		return v
	}
	v.Text = strings.NewReplacer("$SERVER_ROOT", c.Root, "$VH_ROOT", hostRoot).Replace(v.Text)
	if !path.IsAbs(v.Text) {
		v.Text = path.Join(c.Root, v.Text)
	}
	v.Text = path.Clean(v.Text)
	return v
}

// Program is the file that an application of the server's own is started from.
func (c *Config) Program(a App) string {
	word, _, _ := strings.Cut(a.Path.Text, " ")
	return c.path(Value{Text: word}, "").Text
}

func (c *Config) host(f Files, b *block) {
	h := &Host{Place: b.Place, Name: b.arg}
	root := ""
	expand := func(v Value) Value {
		v.Text = strings.ReplaceAll(v.Text, "$VH_NAME", h.Name)
		return c.path(v, root)
	}
	root = expand(b.value("vhRoot")).Text
	own := b
	if file := expand(b.value("configFile")); file.Text != "" {
		own = c.read(f, file.Text)
	}
	h.Root, h.ErrorLog = expand(own.value("docRoot")).Text, expand(own.value("errorlog"))
	c.listen(h)
	for _, x := range own.all("context") {
		if app, ok := c.app(own, x.text("handler")); ok {
			h.Passes = append(h.Passes, Pass{x.Place, x.arg, app})
		}
	}
	for _, s := range append(own.all("scripthandler"), c.server.all("scripthandler")...) {
		for _, v := range s.values("add") { // lsapi:lsphp82 php
			word, _, _ := strings.Cut(v.Text, " ")
			if _, name, ok := strings.Cut(word, ":"); ok {
				if app, ok := c.app(own, name); ok {
					h.Passes = append(h.Passes, Pass{v.Place, "", app})
				}
			}
		}
	}
	c.Hosts = append(c.Hosts, h)
}

// listen finds the listeners whose map names the host: "map Example shop.test, *.shop.test".
func (c *Config) listen(h *Host) {
	for _, b := range c.server.all("listener") {
		for _, m := range b.values("map") {
			name, domains, _ := strings.Cut(m.Text, " ")
			if name != h.Name {
				continue
			}
			for d := range strings.FieldsFuncSeq(domains, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
				if d != "*" {
					h.Domains = append(h.Domains, strings.ToLower(d))
				}
			}
			v := b.value("address")
			i := strings.LastIndexByte(v.Text, ':')
			port, err := strconv.Atoi(v.Text[i+1:])
			if i < 0 || err != nil {
				c.Problems.Add(v.Place, "listener "+b.arg+" has no address such as *:80", nil)
				continue
			}
			h.Listeners = append(h.Listeners, Listener{v.Place, strings.Trim(v.Text[:i], "[]"), port, b.text("secure") == "1"})
		}
	}
}

// app is an external application of a host, else of the server.
func (c *Config) app(own *block, name string) (App, bool) {
	if name == "" {
		return App{}, false
	}
	for _, in := range []*block{own, c.server} {
		for _, b := range in.all("extprocessor") {
			if b.arg == name {
				return readApp(b), true
			}
		}
	}
	return App{}, false
}

func readApp(b *block) App {
	v := b.value("address")
	a := App{Place: v.Place, Name: b.arg, Type: strings.ToLower(b.text("type")), Address: v.Text, Path: b.value("path"), Timeout: b.value("initTimeout"), MaxConnections: b.value("maxConns")}
	a.Own = a.Path.Text != "" && b.text("autoStart") != "0"
	a.Scheme = map[string]string{"proxy": "http", "fcgi": "fastcgi", "lsapi": "lsapi", "scgi": "scgi", "uwsgi": "uwsgi"}[a.Type]
	address := v.Text
	if rest, ok := strings.CutPrefix(strings.ToLower(address), "uds://"); ok {
		a.Unix = "/" + strings.TrimLeft(address[len(address)-len(rest):], "/")
		return a
	}
	if rest, ok := strings.CutPrefix(address, "https://"); ok && a.Scheme == "http" {
		a.Scheme, address = "https", rest
	}
	address = strings.TrimPrefix(address, "http://")
	if i := strings.LastIndexByte(address, ':'); i >= 0 {
		a.Host = strings.Trim(address[:i], "[]")
		a.Port, _ = strconv.Atoi(address[i+1:])
	}
	return a
}
