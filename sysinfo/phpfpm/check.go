package phpfpm

import (
	"fmt"
	"strings"
)

// check says what FPM refuses once all files are read (fpm_conf_process_all_pools), in its words.
func (c *Config) check() {
	g := c.Global
	if v := g.Get("process.max"); v.Int() < 0 {
		c.refuse(v.Place, "process_max can't be negative")
	}
	if v := g.Get("process.priority"); priorityWrong(v) {
		c.refuse(v.Place, "process.priority must be included into [-19,20]")
	}
	if len(c.Pools) == 0 {
		c.refuse(Place{File: c.Path, Line: 0}, "No pool defined. at least one pool section must be specified in config file")
	}
	for _, p := range c.Pools {
		for _, rule := range []func(*Pool) (Value, string){basics, manages, spares, idles, statusPath, pingPath, slowLog} {
			if v, text := rule(p); text != "" {
				c.refuse(or(v.Place, p.Place), "[pool "+p.Name+"] "+text)
			}
		}
	}
	c.duplicates()
}

func (c *Config) refuse(at Place, text string) {
	c.Problems = append(c.Problems, Problem{File: at.File, Line: at.Line, Text: text})
}

func or(a, b Place) Place {
	if a.File == "" {
		return b
	}
	return a
}

func priorityWrong(v Value) bool { return v.Set() && (v.Int() < -19 || v.Int() > 20) }

func basics(p *Pool) (Value, string) {
	switch {
	case !p.Get("user").Set(): // FPM minds only when root starts it, which every service does
		return Value{}, "user has not been defined"
	case p.Get("listen").Text == "":
		return p.Get("listen"), "no listen address have been defined!"
	case priorityWrong(p.Get("process.priority")):
		return p.Get("process.priority"), "process.priority must be included into [-19,20]"
	}
	return Value{}, ""
}

func manages(p *Pool) (Value, string) {
	switch {
	case !p.Get("pm").Set():
		return Value{}, "the process manager is missing (static, dynamic or ondemand)"
	case p.Get("pm.max_children").Int() < 1:
		return p.Get("pm.max_children"), "pm.max_children must be a positive value"
	}
	return Value{}, ""
}

// spares is the arithmetic of pm = dynamic.
func spares(p *Pool) (Value, string) {
	if !strings.EqualFold(p.Get("pm").Text, "dynamic") {
		return Value{}, ""
	}
	children, start := p.Get("pm.max_children").Int(), p.Get("pm.start_servers")
	low, high := p.Get("pm.min_spare_servers"), p.Get("pm.max_spare_servers")
	minimum, maximum := low.Int(), high.Int()
	switch {
	case minimum <= 0:
		return low, fmt.Sprintf("pm.min_spare_servers(%d) must be a positive value", minimum)
	case maximum <= 0:
		return high, fmt.Sprintf("pm.max_spare_servers(%d) must be a positive value", maximum)
	case minimum > children || maximum > children:
		return high, fmt.Sprintf("pm.min_spare_servers(%d) and pm.max_spare_servers(%d) cannot be greater than pm.max_children(%d)", minimum, maximum, children)
	case maximum < minimum:
		return high, fmt.Sprintf("pm.max_spare_servers(%d) must not be less than pm.min_spare_servers(%d)", maximum, minimum)
	case start.Int() > 0 && (start.Int() < minimum || start.Int() > maximum):
		return start, fmt.Sprintf("pm.start_servers(%d) must not be less than pm.min_spare_servers(%d) and not greater than pm.max_spare_servers(%d)", start.Int(), minimum, maximum)
	case p.Get("pm.max_spawn_rate").Int() < 1:
		return p.Get("pm.max_spawn_rate"), "pm.max_spawn_rate must be a positive value"
	}
	return Value{}, ""
}

func idles(p *Pool) (Value, string) {
	v := p.Get("pm.process_idle_timeout")
	if strings.EqualFold(p.Get("pm").Text, "ondemand") && v.Duration() <= 0 {
		return v, fmt.Sprintf("pm.process_idle_timeout(%ds) must be greater than 0s", int(v.Duration().Seconds()))
	}
	return Value{}, ""
}

func statusPath(p *Pool) (Value, string) { return pathRule(p.Get("pm.status_path"), "status") }

func pingPath(p *Pool) (Value, string) {
	if v, text := pathRule(p.Get("ping.path"), "ping"); text != "" {
		return v, text
	}
	if v := p.Get("ping.response"); p.Get("ping.path").Text != "" && v.Text == "" {
		return v, "the ping response page '' is not long enough"
	}
	return Value{}, ""
}

func pathRule(v Value, what string) (Value, string) {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-.~"
	switch {
	case v.Text == "":
		return v, ""
	case v.Text[0] != '/':
		return v, fmt.Sprintf("the %s path '%s' must start with a '/'", what, v.Text)
	case len(v.Text) < 2:
		return v, fmt.Sprintf("the %s path '%s' is not long enough", what, v.Text)
	case strings.Trim(v.Text, allowed) != "":
		return v, fmt.Sprintf("the %s path '%s' must contain only the following characters '[alphanum]/_-.~'", what, v.Text)
	}
	return v, ""
}

func slowLog(p *Pool) (Value, string) {
	slow, end := p.Get("request_slowlog_timeout"), p.Get("request_terminate_timeout")
	switch {
	case slow.Duration() <= 0:
		return Value{}, ""
	case p.Get("slowlog").Text == "":
		return slow, "'slowlog' must be specified for use with 'request_slowlog_timeout'"
	case end.Duration() > 0 && slow.Duration() > end.Duration():
		return slow, fmt.Sprintf("'request_slowlog_timeout' (%d) can't be greater than 'request_terminate_timeout' (%d)",
			int(slow.Duration().Seconds()), int(end.Duration().Seconds()))
	case p.Get("request_slowlog_trace_depth").Int() <= 0:
		v := p.Get("request_slowlog_trace_depth")
		return v, fmt.Sprintf("'request_slowlog_trace_depth' (%d) must be a positive value", v.Int())
	}
	return Value{}, ""
}

// duplicates finds two pools on one address, compared as text, as FPM does.
func (c *Config) duplicates() {
	first := map[string]*Pool{}
	for _, p := range c.Pools {
		a, ok := p.Listen()
		if !ok {
			continue
		}
		key := p.Get("listen").Text
		if a.Network == "unix" {
			key = a.Path
		}
		if other := first[key]; other != nil {
			c.refuse(a.Place, fmt.Sprintf("[pool %s] unable to set listen address as it's already used in another pool '%s'", p.Name, other.Name))
			continue
		}
		first[key] = p
	}
}
