package apache

import "strings"

// Directive is one line, its variables replaced.
type Directive struct {
	Name  string // as written
	Args  []string
	Raw   string // the arguments as they stand behind the name
	Place Place
	In    *Section

	defined []*definition // what was put in for ${...}
	first   int           // where it begins, when it goes over several lines
	macro   Place         // its own line, when a macro brought it
}

// Section is what stands between <Name ...> and </Name>; the whole configuration is one too.
type Section struct {
	Name  string // "VirtualHost"; "" at the top
	Args  []string
	Raw   string
	Place Place
	End   int // line of its end
	Up    *Section
	Items []Item // in order
}

// Item is one of the two.
type Item struct {
	*Directive
	*Section
}

// Is compares names as httpd does.
func (d *Directive) Is(name string) bool { return strings.EqualFold(d.Name, name) }

// Is compares names as httpd does.
func (s *Section) Is(name string) bool { return strings.EqualFold(s.Name, name) }

// Arg is the n-th argument, empty when there are fewer.
func (d *Directive) Arg(n int) string {
	if d == nil || n >= len(d.Args) {
		return ""
	}
	return d.Args[n]
}

// Own are the directives of that name in this very section.
func (s *Section) Own(name string) []*Directive {
	var all []*Directive
	for _, i := range s.Items {
		if i.Directive != nil && i.Directive.Is(name) {
			all = append(all, i.Directive)
		}
	}
	return all
}

// Last is the one that holds in this very section: the last; nil when there is none.
func (s *Section) Last(name string) *Directive {
	for i := len(s.Items) - 1; i >= 0; i-- {
		if d := s.Items[i].Directive; d != nil && d.Is(name) {
			return d
		}
	}
	return nil
}

// Inner are the sections of that name in this very section.
func (s *Section) Inner(name string) []*Section {
	var all []*Section
	for _, i := range s.Items {
		if i.Section != nil && i.Section.Is(name) {
			all = append(all, i.Section)
		}
	}
	return all
}

func (s *Section) String() string {
	if s == nil || s.Name == "" {
		return "server"
	}
	return strings.TrimSpace("<"+s.Name+" "+strings.Join(s.Args, " ")) + ">"
}
