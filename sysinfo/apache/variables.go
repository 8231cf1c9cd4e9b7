package apache

import "strings"

// definition is one Define, or a variable of the environment, which has no place.
type definition struct {
	value string
	place Place
}

// resolve puts variables in for ${NAME}; what is not defined stays as it is written (ap_resolve_env).
func (r *reader) resolve(s string) (string, []*definition) {
	if !strings.Contains(s, "${") {
		return s, nil
	}
	var b strings.Builder
	var used []*definition
	for {
		start := strings.Index(s, "${")
		if start < 0 || b.Len() > maxLine {
			b.WriteString(s)
			return b.String(), used
		}
		end := strings.IndexByte(s[start:], '}')
		if end < 0 {
			b.WriteString(s)
			return b.String(), used
		}
		b.WriteString(s[:start])
		name := s[start+2 : start+end]
		if def := r.variable(name); def != nil {
			b.WriteString(def.value)
			used = append(used, def)
		} else {
			b.WriteString(s[start : start+end+1])
		}
		s = s[start+end+1:]
	}
}

// variable is a defined one, else one of the environment.
func (r *reader) variable(name string) *definition {
	if def := r.defines[name]; def != nil {
		return def
	}
	if value, ok := r.config.Built.Env[name]; ok {
		return &definition{value: value}
	}
	return nil
}

// ParseEnv reads the assignments of a shell file such as /etc/apache2/envvars or /etc/sysconfig/httpd, as far as
// they are plain: export NAME=value, with $NAME and ${NAME:-value} in it.
func ParseEnv(text string, env map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range env {
		out[k] = v
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		line = strings.TrimPrefix(line, "export ")
		name, value, ok := strings.Cut(line, "=")
		if ok && isName(name) {
			out[name] = expandShell(strings.TrimSpace(value), out)
		}
	}
	return out
}

func isName(s string) bool {
	for i, c := range s {
		if c != '_' && !(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z') && !(i > 0 && c >= '0' && c <= '9') {
			return false
		}
	}
	return s != ""
}

// expandShell replaces $NAME, ${NAME} and ${NAME:-otherwise} in one word of a shell file.
func expandShell(s string, env map[string]string) string {
	if strings.HasPrefix(s, "'") {
		return strings.Trim(s, "'")
	}
	s = strings.Trim(s, `"`)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '$' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		name, otherwise, n := shellName(s[i+1:])
		value := env[name]
		if value == "" {
			value = otherwise
		}
		b.WriteString(value)
		i += n
	}
	return b.String()
}

// shellName reads what stands behind a $ and says how many bytes that was.
func shellName(s string) (name, otherwise string, n int) {
	if strings.HasPrefix(s, "{") {
		end := strings.IndexByte(s, '}')
		if end < 0 {
			return "", "", len(s)
		}
		name, otherwise, _ = strings.Cut(s[1:end], ":-")
		return name, strings.TrimPrefix(otherwise, "$"), end + 1
	}
	for n < len(s) && isName(s[:n+1]) {
		n++
	}
	return s[:n], "", n
}
