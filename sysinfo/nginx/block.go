package nginx

// Block is the inside of a pair of braces with its includes put in place; the whole configuration is one too.
type Block struct {
	Name       string // "server", "location", "if"; "" at the top
	Args       []string
	Place      Place // of its name
	End        int   // line of its }
	Up         *Block
	Directives []*Directive // those without braces
	Blocks     []*Block

	where byte // the letter of directives for it; 0 where nothing is known: types, map, stream
	after int  // how many of Up's Directives stand before it: rewrites go in order
}

// Own are the settings of that name in this very block.
func (b *Block) Own(name string) []Setting {
	var all []Setting
	for _, d := range b.Directives {
		if d.Name == name {
			all = append(all, Setting{Name: name, Args: d.Args, Place: d.Place(), In: b})
		}
	}
	return all
}

// All are the settings that hold here: those of the nearest block around that has any of that name. A deeper
// level replaces all of an outer one's, which is how proxy_set_header, fastcgi_param and error_page get lost.
func (b *Block) All(name string) []Setting {
	for ; b != nil; b = b.Up {
		if own := b.Own(name); own != nil {
			return own
		}
	}
	return nil
}

// Get is the setting that holds here, Set false when no line says it.
func (b *Block) Get(name string) Setting {
	for ; b != nil; b = b.Up {
		for i := len(b.Directives) - 1; i >= 0; i-- {
			if d := b.Directives[i]; d.Name == name {
				return Setting{Name: name, Args: d.Args, Place: d.Place(), In: b}
			}
		}
	}
	return Setting{Name: name}
}

// Find is the first block of that name in this one, or nil.
func (b *Block) Find(name string) *Block {
	for _, in := range b.Blocks {
		if in.Name == name {
			return in
		}
	}
	return nil
}

// or is s where a line sets it, else nginx's default.
func (s Setting) or(args ...string) Setting {
	if !s.Set() && len(args) > 0 && args[0] != "" {
		s.Args = args
	}
	return s
}
