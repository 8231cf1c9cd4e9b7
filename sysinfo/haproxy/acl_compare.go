package haproxy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo/conf"
)

// match judges "hdr(host) -i shop.test www.shop.test".
func match(words []string, q Request) truth {
	if nets := Nets(words); len(nets) > 0 && q.From.IsValid() {
		return known(conf.AnyNet(nets, q.From))
	}
	a := asks(words)
	if a.fetch == "" {
		return unsure
	}
	return compare(a.fetch, a.how, a.values, a.fold, q)
}

// asked is a criterion taken apart: what is fetched, how it is compared, and with which values.
type asked struct {
	fetch, how string
	values     []string
	fold       bool
}

// asks takes "hdr(host),lower -i -m beg shop." apart. Nothing is fetched where the values stand in a file, or the fetch is none that is known. A port
// behind a host's name is left out: a browser sends it with every request to another port than 80 or 443, and sites go by their names here.
func asks(words []string) asked {
	a := taken(words)
	if a.fetch != "host" || a.how != "str" && a.how != "end" && a.how != "dom" {
		return a
	}
	for i, v := range a.values {
		if name, port, ok := strings.Cut(v, ":"); ok && name != "" && strings.Trim(port, "0123456789") == "" {
			a.values = slices.Clone(a.values)
			a.values[i] = name
		}
	}
	return a
}

func taken(words []string) asked {
	if len(words) == 0 {
		return asked{}
	}
	a := asked{values: words[1:]}
	a.fetch, a.how = criterion(words[0])
	for len(a.values) > 0 && strings.HasPrefix(a.values[0], "-") {
		switch flag := a.values[0]; {
		case flag == "-i":
			a.fold = true
		case flag == "-m" && len(a.values) > 1:
			a.how, a.values = a.values[1], a.values[1:]
		case flag == "--":
			a.values = a.values[1:]
			return a
		default:
			return asked{} // -f FILE, -M, -n
		}
		a.values = a.values[1:]
	}
	return a
}

// criterion splits "hdr_dom(host)" and "path_beg" into what is fetched and how it is compared, with converters off.
func criterion(word string) (fetch, how string) {
	word, converted, _ := strings.Cut(word, ",")
	if converted != "" && converted != "lower" && !strings.HasPrefix(converted, "field(1,") {
		return "", "" // another converter
	}
	name, arg, _ := strings.Cut(word, "(")
	arg, _, _ = strings.Cut(strings.ToLower(strings.TrimSuffix(arg, ")")), ",")
	how = "str"
	for _, m := range []string{"beg", "end", "dom", "dir", "sub", "reg", "len"} {
		if cut, ok := strings.CutSuffix(name, "_"+m); ok {
			name, how = cut, m
		}
	}
	switch strings.TrimPrefix(name, "req.") {
	case "hdr", "fhdr", "hdrs":
		if arg == "host" {
			return "host", how
		}
		return "", ""
	case "ssl_fc_sni", "ssl_sni":
		return "sni", how
	case "path", "url", "uri":
		return "path", how
	case "base":
		return "base", how
	case "ssl_fc":
		return "tls", "bool"
	case "dst_port":
		return "port", "int"
	}
	return "", ""
}

func compare(fetch, how string, values []string, fold bool, q Request) truth {
	var got string
	switch fetch {
	case "host":
		got = q.Host
	case "sni":
		if !q.TLS {
			return no
		}
		got = q.Host
	case "path":
		if q.Path == "" {
			return unsure // of any path
		}
		got = q.Path
	case "base":
		got = q.Host + q.Path
	case "tls":
		return known(q.TLS)
	case "port":
		for _, v := range values {
			if v == strconv.Itoa(q.Port) {
				return yes
			}
		}
		return no
	default:
		return unsure
	}
	if how == "found" {
		return known(got != "")
	}
	t := no
	for _, v := range values {
		t = either(t, like(got, v, how, fold))
	}
	return t
}

// like compares one pattern (pattern.c).
func like(got, want, how string, fold bool) truth {
	if fold && how != "reg" {
		got, want = strings.ToLower(got), strings.ToLower(want)
	}
	switch how {
	case "str":
		return known(got == want)
	case "beg":
		return known(strings.HasPrefix(got, want))
	case "end":
		return known(strings.HasSuffix(got, want))
	case "sub":
		return known(strings.Contains(got, want))
	case "dom":
		return known(between(got, want, "./:?"))
	case "dir":
		return known(between(got, want, "/?"))
	case "reg":
		if fold {
			want = "(?i)" + want
		}
		re, err := regexp.Compile(want)
		if err != nil {
			return unsure
		}
		return known(re.MatchString(got))
	}
	return unsure
}

// between says that want stands in got with a delimiter or an end on both sides.
func between(got, want, delimiters string) bool {
	want = strings.Trim(want, delimiters)
	for at := 0; want != ""; {
		i := strings.Index(got[at:], want)
		if i < 0 {
			return false
		}
		from, to := at+i, at+i+len(want)
		if (from == 0 || strings.ContainsRune(delimiters, rune(got[from-1]))) && (to == len(got) || strings.ContainsRune(delimiters, rune(got[to]))) {
			return true
		}
		at = from + 1
	}
	return false
}
