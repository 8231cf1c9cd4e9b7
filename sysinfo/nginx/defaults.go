package nginx

import "strconv"

// fallback is nginx's own default of a pass's setting, from the *_merge_loc_conf functions of its modules.
// Buffers are one memory page; 4k is taken for it.
func (p *Pass) fallback(name string) []string {
	switch name {
	case "connect_timeout", "read_timeout", "send_timeout":
		return []string{"60s"}
	case "buffer_size":
		return []string{"4k"}
	case "buffers":
		return []string{"8", "4k"}
	case "busy_buffers_size":
		return []string{p.busyBuffers()}
	case "max_temp_file_size":
		return []string{"1024m"}
	case "next_upstream":
		return []string{"error", "timeout"}
	case "next_upstream_tries", "next_upstream_timeout":
		return []string{"0"}
	case "buffering", "request_buffering", "ssl_session_reuse", "pass_request_headers", "pass_request_body":
		return []string{"on"}
	case "intercept_errors", "cache", "cache_use_stale", "ssl_verify", "ssl_server_name", "ignore_client_abort",
		"socket_keepalive", "keep_conn", "bind":
		return []string{"off"}
	case "ssl_name":
		return []string{"$proxy_host"}
	case "ssl_verify_depth":
		return []string{"1"}
	case "ssl_protocols":
		return p.built().protocols()
	case "http_version":
		if p.built().since(1, 29, 7) {
			return []string{"1.1"}
		}
		return []string{"1.0"}
	case "temp_path":
		return []string{p.built().tempPath(p.Family)}
	}
	return nil
}

// protocols are the default TLS versions towards an upstream; TLS 1.3 came with 1.23.4, the old ones left with 1.27.3.
func (b Build) protocols() []string {
	switch {
	case b.since(1, 27, 3):
		return []string{"TLSv1.2", "TLSv1.3"}
	case b.since(1, 23, 4):
		return []string{"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}
	}
	return []string{"TLSv1", "TLSv1.1", "TLSv1.2"}
}

// busyBuffers is twice the larger of buffer_size and one of buffers.
func (p *Pass) busyBuffers() string {
	size, _ := p.Get("buffer_size").Bytes()
	if one, ok := parseSize(p.Get("buffers").arg(1)); ok {
		size = max(size, one)
	}
	return strconv.FormatInt(2*size, 10)
}
