package checks

import "testing"

func TestGuards(t *testing.T) {
	for _, line := range []string{"deny all;", "allow 10.0.0.0/8;", `auth_basic "Admin";`, "auth_pam x;", "auth_jwt api;", "access_by_lua_file /x.lua;", "secure_link $arg_md5;", "modsecurity on;", "ssl_crl /x;",
		"set_real_ip_from 10.0.0.0/8;", "limit_req zone=a;", "proxy_ssl_verify on;", "proxy_hide_header X-Token;", "return 403;", "Require ip 10.0.0.0/8", "AuthLDAPURL x", "SecRuleEngine On", "SSLVerifyClient require",
		"http-request deny if bad", "RewriteRule ^/admin - [F,L]", "respond 403", "basicauth /x {"} {
		if !guards(line) {
			t.Errorf("%q opens the site when it is gone", line)
		}
	}
	for _, line := range []string{"", "listen 80;", "proxy_pass http://app;", "gzip on;", "server_name shop.test;", "return 301 https://shop.test;", "brotli on;", "add_header X-A b;", "expires 1d;", "ProxyPass / http://app/",
		"timeout connect 5s", "log_format main x;", "client_max_body_size 20m;", "error_page 404 /404.html;", "keepalive_timeout 5;"} {
		if guards(line) {
			t.Errorf("%q guards nothing", line)
		}
	}
	for word, want := range map[string]bool{"alow": true, "denny": true, "brotli": false, "fastcgi_pas": false, "add_headers": false, "satisfie": true} {
		if nearGuard(word) != want {
			t.Errorf("%s: got %v", word, !want)
		}
	}
}
