package nginx

import (
	"path"
	"strconv"
	"strings"
)

// Build is what `nginx -V` says of a binary: its version and the paths compiled into it.
type Build struct {
	Version      string // "1.22.1"; "" when unknown
	Prefix       string
	ConfPath     string
	ErrorLogPath string // "stderr" on Debian
	HTTPLogPath  string
	PidPath      string
	User, Group  string
	TempPaths    map[string]string // by family: client_body, proxy, fastcgi, uwsgi, scgi
}

// ParseVersion reads the output of `nginx -V`, which goes to stderr.
func ParseVersion(output []byte) Build {
	var b Build
	for line := range strings.Lines(string(output)) {
		line = strings.TrimSpace(line)
		if v, ok := strings.CutPrefix(line, "nginx version: "); ok {
			_, v, _ = strings.Cut(v, "/") // nginx/1.22.1 (Ubuntu), openresty/1.21.4.1
			b.Version, _, _ = strings.Cut(v, " ")
		}
		if args, ok := strings.CutPrefix(line, "configure arguments:"); ok {
			for _, arg := range shellWords(args) {
				b.configure(arg)
			}
		}
	}
	return b.withDefaults()
}

func (b *Build) configure(arg string) {
	name, value, ok := strings.Cut(arg, "=")
	if !ok || value == "" {
		return
	}
	switch name {
	case "--prefix":
		b.Prefix = value
	case "--conf-path":
		b.ConfPath = value
	case "--error-log-path":
		b.ErrorLogPath = value
	case "--http-log-path":
		b.HTTPLogPath = value
	case "--pid-path":
		b.PidPath = value
	case "--user":
		b.User = value
	case "--group":
		b.Group = value
	}
	if family, ok := strings.CutPrefix(name, "--http-"); ok {
		if family, ok = strings.CutSuffix(family, "-temp-path"); ok {
			if b.TempPaths == nil {
				b.TempPaths = map[string]string{}
			}
			b.TempPaths[strings.ReplaceAll(family, "-", "_")] = value
		}
	}
}

// withDefaults fills what ./configure would have taken (auto/options, auto/init).
func (b Build) withDefaults() Build {
	set := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	set(&b.Prefix, "/usr/local/nginx")
	set(&b.ConfPath, "conf/nginx.conf")
	set(&b.ErrorLogPath, "logs/error.log")
	set(&b.HTTPLogPath, "logs/access.log")
	set(&b.PidPath, "logs/nginx.pid")
	set(&b.User, "nobody")
	b.ConfPath = under(b.Prefix, b.ConfPath)
	return b
}

// tempPath is the folder for a family's temporary files.
func (b Build) tempPath(family string) string {
	if p := b.TempPaths[family]; p != "" {
		return under(b.Prefix, p)
	}
	return under(b.Prefix, family+"_temp")
}

// since says whether the version is at least major.minor.patch; an unknown one is taken for an old one.
func (b Build) since(major, minor, patch int) bool {
	want := [3]int{major, minor, patch}
	for i, part := range strings.SplitN(b.Version, ".", 4) {
		n, err := strconv.Atoi(part)
		if err != nil || i > 2 {
			break
		}
		if n != want[i] {
			return n > want[i]
		}
	}
	return b.Version != ""
}

// under makes a relative path start at dir.
func under(dir, name string) string {
	if name == "" || strings.HasPrefix(name, "/") {
		return name
	}
	return path.Join(dir, name)
}

// shellWords cuts at blanks outside single quotes, as configure prints its arguments.
func shellWords(s string) []string {
	var words []string
	var word strings.Builder
	quoted, any := false, false
	for _, c := range s {
		switch {
		case c == '\'':
			quoted, any = !quoted, true
		case c == ' ' && !quoted:
			if any {
				words = append(words, word.String())
			}
			word.Reset()
			any = false
		default:
			word.WriteRune(c)
			any = true
		}
	}
	if any {
		words = append(words, word.String())
	}
	return words
}
