package phpfpm

import (
	"fmt"
	"strings"
)

// maxValue is more than any path or list has.
const maxValue = 64 << 10

// entry keeps `key = value`, or tells why FPM would not.
func (r *reader) entry(l line, at Place) {
	kind, values := globalKind(l.key), r.config.Global.values
	if r.pool != nil {
		kind, values = poolKind(l.key), r.pool.values
	}
	if kind == unknown {
		r.complain(at, fmt.Sprintf("unknown entry '%s'", l.key), nil)
		return
	}
	fault := kind.fault(l.value)
	value := l.value
	if kind == text {
		value, fault = r.expand(value)
	}
	if fault != "" {
		r.complain(at, fmt.Sprintf("unable to parse value for entry '%s': %s", l.key, fault), nil)
		return
	}
	if was := values["listen"]; r.pool != nil && strings.EqualFold(l.key, "listen") && was.Set() {
		r.pool.Hidden = append(r.pool.Hidden, was)
	}
	values[strings.ToLower(l.key)] = Value{Text: value, Place: at}
}

// array keeps php_value[x], env[X] and their kin.
func (r *reader) array(l line, at Place) {
	switch {
	case r.pool == nil:
		r.complain(at, "Array are not allowed in the global section", nil)
		return
	case l.key == "access.suppress_path":
		r.suppress(l, at)
		return
	case l.name == "":
		r.complain(at, fmt.Sprintf("You must provide a key for field '%s'", l.key), nil)
		return
	case l.key == "env" && l.value == "":
		r.complain(at, "empty value", nil)
		return
	}
	into := r.pool.arrayOf(l.key)
	if into == nil {
		r.complain(at, fmt.Sprintf("unknown directive '%s'", l.key), nil)
		return
	}
	value, fault := r.expand(l.value)
	if strings.HasSuffix(l.key, "_flag") {
		on, ok := parseBool(value)
		value = map[bool]string{true: "1", false: "0"}[on]
		if !ok {
			fault = "invalid boolean value"
		}
	}
	if fault != "" {
		r.complain(at, fmt.Sprintf("error while parsing '%s[%s]' : %s", l.key, l.name, fault), nil)
		return
	}
	into[l.name] = Value{Text: value, Place: at}
}

// arrayOf is where the entries of an array belong, or nil.
func (p *Pool) arrayOf(key string) map[string]Value {
	switch key {
	case "env":
		return p.Env
	case "php_value", "php_flag":
		return p.user
	case "php_admin_value", "php_admin_flag":
		return p.admin
	}
	return nil
}

func (r *reader) suppress(l line, at Place) {
	switch {
	case l.name != "":
		r.complain(at, "Keys provided to field 'access.suppress_path' are ignored", nil)
	case !strings.HasPrefix(l.value, "/"):
		r.complain(at, "Values provided to field 'access.suppress_path' must begin with '/'", nil)
	default:
		r.pool.SuppressedLogs = append(r.pool.SuppressedLogs, Value{Text: l.value, Place: at})
	}
}

// expand puts the pool's name in for $pool.
func (r *reader) expand(value string) (expanded, fault string) {
	if !strings.Contains(value, "$pool") {
		return value, ""
	}
	if r.pool == nil {
		return "", "Can't use '$pool' when the pool is not defined"
	}
	if strings.Count(value, "$pool")*len(r.pool.Name) > maxValue {
		return "", "the pool's name makes it too long"
	}
	return strings.ReplaceAll(value, "$pool", r.pool.Name), ""
}
