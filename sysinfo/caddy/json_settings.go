package caddy

import (
	"strconv"
	"strings"
	"time"
)

// settings are a handler's under the names that a Caddyfile has for them.
func (h jsonHandler) settings(j jsonReader) map[string]Value {
	out := map[string]Value{}
	set := func(name, key, text string) {
		if text != "" {
			out[name] = Value{j.at(key), text}
		}
	}
	set("dial_timeout", "dial_timeout", span(h.Transport.Dial))
	set("response_header_timeout", "response_header_timeout", span(h.Transport.Header))
	set("read_timeout", "read_timeout", span(h.Transport.Read))
	set("fail_duration", "fail_duration", span(h.Checks.Passive.Fails))
	set("unhealthy_latency", "unhealthy_latency", span(h.Checks.Passive.Slow))
	set("dynamic", "dynamic_upstreams", h.Dynamic.Source)
	set("lb_policy", "selection_policy", h.Balancing.Policy.Name)
	set("lb_try_duration", "try_duration", span(h.Balancing.Try))
	if h.Balancing.Retries > 0 {
		set("lb_retries", "retries", strconv.Itoa(h.Balancing.Retries))
	}
	set("health_uri", "uri", h.Checks.Active.URI)
	set("health_path", "path", h.Checks.Active.Path)
	if h.Checks.Active.Port > 0 {
		set("health_port", "port", strconv.Itoa(h.Checks.Active.Port))
	}
	if t := h.Transport.TLS; t != nil {
		out["tls"] = Value{Place: j.at("tls")}
		set("tls_server_name", "server_name", t.Name)
		set("tls_trusted_ca_certs", "root_ca_pem_files", strings.Join(t.CAs, " "))
		if t.Insecure {
			out["tls_insecure_skip_verify"] = Value{Place: j.at("insecure_skip_verify")}
		}
	}
	return out
}

// span is a duration: nanoseconds, or a text such as "5s" (caddy.Duration, UnmarshalJSON).
func span(v any) string {
	switch v := v.(type) {
	case float64:
		return time.Duration(v).String()
	case string:
		return v
	}
	return ""
}
