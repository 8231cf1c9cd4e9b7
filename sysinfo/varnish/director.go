package varnish

import "strings"

// directed notes who stands in for each director: "new pool = directors.round_robin();", "pool.add_backend(app1);".
func (c *Config) directed(words []word) {
	for i := 0; i+2 < len(words); i++ {
		name, what, ok := strings.Cut(words[i].text, ".")
		if words[i].quoted || !ok || what != "add_backend" || words[i+1].text != "(" {
			continue
		}
		if c.members == nil {
			c.members = map[string][]string{}
		}
		c.members[name] = append(c.members[name], words[i+2].text)
	}
}

// membersOf are the backends behind what a rule chooses: "pool.backend()", and through a director that is a member of another. None is known of a
// director of another making (dynamic).
func (c *Config) membersOf(choice string) []string {
	name, _, _ := strings.Cut(choice, ".")
	return c.within(name, 4)
}

func (c *Config) within(director string, depth int) []string {
	var out []string
	for _, m := range c.members[director] {
		name, _, _ := strings.Cut(m, ".")
		switch {
		case c.backend(name):
			out = append(out, name)
		case depth > 0:
			out = append(out, c.within(name, depth-1)...)
		}
	}
	return out
}
