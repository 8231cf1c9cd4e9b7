package apache

import (
	"cmp"
	"fmt"
	"io/fs"
	"strings"

	"fix502/sysinfo/spelling"
)

// brings is which module a directive needs, of those that have to do with handing requests on; the names in lower case.
var brings = map[string]string{
	"proxypass": "proxy_module", "proxypassmatch": "proxy_module", "proxypassreverse": "proxy_module", "proxytimeout": "proxy_module",
	"proxypreservehost": "proxy_module", "balancermember": "proxy_module", "proxyset": "proxy_module", "proxyrequests": "proxy_module",
	"proxyerroroverride": "proxy_module", "rewriteengine": "rewrite_module", "rewriterule": "rewrite_module", "rewritecond": "rewrite_module",
	"sslengine": "ssl_module", "sslcertificatefile": "ssl_module", "sslproxyengine": "ssl_module", "header": "headers_module",
	"requestheader": "headers_module", "secruleengine": "security2_module", "expiresactive": "expires_module", "fcgidwrapper": "fcgid_module",
	"order": "access_compat_module", "satisfy": "access_compat_module", "expiresbytype": "expires_module", "expiresdefault": "expires_module",
	"proxyaddheaders": "proxy_module", "sslcertificatekeyfile": "ssl_module", "sslprotocol": "ssl_module", "sslciphersuite": "ssl_module",
	"remoteipheader": "remoteip_module", "secrule": "security2_module", "substitute": "substitute_module",
	"jkmount": "jk_module", "proxyfcgisetenvif": "proxy_fcgi_module", "proxyfcgibackendtype": "proxy_fcgi_module",
}

// comesWith is the same of words of every day, once Apache has said that it does not know one: many builds have their modules inside, and a
// configuration alone does not tell.
var comesWith = map[string]string{
	"directoryindex": "dir_module", "fallbackresource": "dir_module", "require": "authz_core_module", "requireall": "authz_core_module", "requireany": "authz_core_module",
	"alias": "alias_module", "scriptalias": "alias_module", "redirect": "alias_module", "redirectmatch": "alias_module", "addtype": "mime_module", "setenvif": "setenvif_module",
	"setenvifnocase": "setenvif_module", "browsermatch": "setenvif_module", "setenv": "env_module", "addoutputfilterbytype": "filter_module", "authtype": "authn_core_module",
	"requestreadtimeout": "reqtimeout_module", "sslproxyprotocol": "ssl_module", "sslproxyciphersuite": "ssl_module", "sslproxyverify": "ssl_module",
}

// Handlers are the modules that speak a scheme.
var Handlers = map[string]string{
	"http": "proxy_http_module", "https": "proxy_http_module", "fcgi": "proxy_fcgi_module", "ajp": "proxy_ajp_module",
	"uwsgi": "proxy_uwsgi_module", "scgi": "proxy_scgi_module", "ws": "proxy_wstunnel_module", "wss": "proxy_wstunnel_module",
	"h2": "proxy_http2_module", "h2c": "proxy_http2_module", "balancer": "proxy_balancer_module", "ftp": "proxy_ftp_module",
}

// modulesMissing tells of directives whose module is not loaded: httpd does not start with them.
func (c *Config) modulesMissing() {
	for _, p := range c.Problems {
		if p.Err != nil {
			return // a file that was not read may load it
		}
	}
	c.missingIn(c.Main)
}

func (c *Config) missingIn(sec *Section) {
	for _, i := range sec.Items {
		switch {
		case i.Section != nil:
			c.missingIn(i.Section)
		case brings[strings.ToLower(i.Directive.Name)] != "" && !c.Has(brings[strings.ToLower(i.Directive.Name)]):
			c.problem(i.Directive.Place, fmt.Sprintf("Invalid command '%s', perhaps misspelled or defined by a module not included in the server configuration", i.Directive.Name), nil)
		}
	}
}

// Brings is the module that a directive comes with, as far as it is one of those known here.
func Brings(directive string) string {
	name := strings.ToLower(directive)
	return cmp.Or(brings[name], comesWith[name])
}

// nothing is a machine without files.
type nothing struct{}

func (nothing) ReadFile(string) ([]byte, error)  { return nil, fs.ErrNotExist }
func (nothing) Glob(string) ([]string, error)    { return nil, nil }
func (nothing) ReadDir(string) ([]string, error) { return nil, fs.ErrNotExist }
func (nothing) IsDir(string) bool                { return false }
func (nothing) Exists(string) bool               { return false }

// Meant is the directive that a misspelled one most likely stands for: one of those known here, at most two letters
// off; empty when none is.
func Meant(name string) string {
	if len(name) < 5 {
		return ""
	}
	if meant := spelling.Closest(name, spelled[:]); !strings.EqualFold(meant, name) { // a word that is right, of a module that is not there
		return meant
	}
	return ""
}

// spelled are directives that people write by hand.
var spelled = [...]string{"ProxyPass", "ProxyPassMatch", "ProxyPassReverse", "ProxyTimeout", "ProxyPreserveHost", "BalancerMember", "ProxySet",
	"ProxyErrorOverride", "RewriteEngine", "RewriteRule", "RewriteCond", "SSLEngine", "SSLCertificateFile", "SSLCertificateKeyFile", "ServerName",
	"ServerAlias", "DocumentRoot", "DirectoryIndex", "ErrorLog", "CustomLog", "ErrorDocument", "SetHandler", "AddHandler", "AllowOverride", "Require",
	"Options", "Timeout", "KeepAlive", "Listen", "Include", "IncludeOptional", "LoadModule", "Header", "RequestHeader", "FallbackResource", "Redirect",
	"ServerAdmin", "LogLevel", "LogFormat", "Alias", "ScriptAlias"}
