package phpfpm

import (
	"path"
	"strings"
)

// Version is one PHP-FPM as its packager lays it out. Only Conf was seen; the rest is where the packager puts it.
type Version struct {
	Layout   string   // "debian", "remi", "plesk"
	Number   string   // "8.2"; "" where no path says it
	Conf     string   // main file
	Binaries []string // the first that exists is it
	Unit     string   // systemd's name; "" in a container
	PoolDir  string
	Ini      string // php.ini
	IniDir   string // the folder scanned after it
	ErrorLog string // when the main file names none, and the usual one; "" is stderr
}

// layout is how one packager does it. In each text {v} is what the star of conf stands for, {d} is it with a dot
// ("82" as "8.2"), {n} without.
type layout struct {
	name, conf, unit, pools, ini, iniDir, log string
	binaries                                  []string
	version                                   string // "{d}", or "" when the path says none
}

// layouts lists the packagers in the order in which their files are looked for.
func layouts() []layout {
	return []layout{
		{name: "debian", version: "{v}", conf: "/etc/php/*/fpm/php-fpm.conf", unit: "php{v}-fpm.service", pools: "/etc/php/{v}/fpm/pool.d",
			ini: "/etc/php/{v}/fpm/php.ini", iniDir: "/etc/php/{v}/fpm/conf.d", log: "/var/log/php{v}-fpm.log", binaries: []string{"/usr/sbin/php-fpm{v}"}},
		{name: "rhel", conf: "/etc/php-fpm.conf", unit: "php-fpm.service", pools: "/etc/php-fpm.d",
			ini: "/etc/php.ini", iniDir: "/etc/php.d", log: "/var/log/php-fpm/error.log", binaries: []string{"/usr/sbin/php-fpm"}},
		{name: "remi", version: "{d}", conf: "/etc/opt/remi/php*/php-fpm.conf", unit: "php{v}-php-fpm.service", pools: "/etc/opt/remi/php{v}/php-fpm.d",
			ini: "/etc/opt/remi/php{v}/php.ini", iniDir: "/etc/opt/remi/php{v}/php.d", log: "/var/opt/remi/php{v}/log/php-fpm/error.log",
			binaries: []string{"/opt/remi/php{v}/root/usr/sbin/php-fpm"}},
		{name: "scl", version: "{d}", conf: "/etc/opt/rh/rh-php*/php-fpm.conf", unit: "rh-php{v}-php-fpm.service", pools: "/etc/opt/rh/rh-php{v}/php-fpm.d",
			ini: "/etc/opt/rh/rh-php{v}/php.ini", iniDir: "/etc/opt/rh/rh-php{v}/php.d", log: "/var/opt/rh/rh-php{v}/log/php-fpm/error.log",
			binaries: []string{"/opt/rh/rh-php{v}/root/usr/sbin/php-fpm"}},
		{name: "alpine", version: "{d}", conf: "/etc/php*/php-fpm.conf", unit: "php-fpm{v}", pools: "/etc/php{v}/php-fpm.d",
			ini: "/etc/php{v}/php.ini", iniDir: "/etc/php{v}/conf.d", log: "/var/log/php{v}/error.log", binaries: []string{"/usr/sbin/php-fpm{v}"}},
		{name: "suse", version: "{d}", conf: "/etc/php*/fpm/php-fpm.conf", unit: "php-fpm.service", pools: "/etc/php{v}/fpm/php-fpm.d",
			ini: "/etc/php{v}/fpm/php.ini", iniDir: "/etc/php{v}/conf.d", log: "/var/log/php-fpm.log", binaries: []string{"/usr/sbin/php-fpm"}},
		{name: "arch", conf: "/etc/php/php-fpm.conf", unit: "php-fpm.service", pools: "/etc/php/php-fpm.d",
			ini: "/etc/php/php.ini", iniDir: "/etc/php/conf.d", binaries: []string{"/usr/bin/php-fpm"}},
		{name: "arch", conf: "/etc/php-legacy/php-fpm.conf", unit: "php-fpm-legacy.service", pools: "/etc/php-legacy/php-fpm.d",
			ini: "/etc/php-legacy/php.ini", iniDir: "/etc/php-legacy/conf.d", binaries: []string{"/usr/bin/php-fpm-legacy"}},
		{name: "cpanel", version: "{d}", conf: "/opt/cpanel/ea-php*/root/etc/php-fpm.conf", unit: "ea-php{v}-php-fpm.service", pools: "/opt/cpanel/ea-php{v}/root/etc/php-fpm.d",
			ini: "/opt/cpanel/ea-php{v}/root/etc/php.ini", iniDir: "/opt/cpanel/ea-php{v}/root/etc/php.d",
			log: "/opt/cpanel/ea-php{v}/root/usr/var/log/php-fpm/error.log", binaries: []string{"/opt/cpanel/ea-php{v}/root/usr/sbin/php-fpm"}},
		{name: "plesk", version: "{v}", conf: "/opt/plesk/php/*/etc/php-fpm.conf", unit: "plesk-php{n}-fpm.service", pools: "/opt/plesk/php/{v}/etc/php-fpm.d",
			ini: "/opt/plesk/php/{v}/etc/php.ini", iniDir: "/opt/plesk/php/{v}/etc/php.d", log: "/var/log/plesk-php{n}-fpm/error.log",
			binaries: []string{"/opt/plesk/php/{v}/sbin/php-fpm"}},
		{name: "cloudlinux", version: "{d}", conf: "/opt/alt/php-fpm*/usr/etc/php-fpm.conf", unit: "alt-php{v}-fpm.service", pools: "/opt/alt/php-fpm{v}/usr/etc/php-fpm.d",
			ini: "/opt/alt/php{v}/etc/php.ini", iniDir: "/opt/alt/php{v}/link/conf", log: "/opt/alt/php-fpm{v}/usr/var/log/php-fpm.log",
			binaries: []string{"/opt/alt/php-fpm{v}/usr/sbin/php-fpm"}},
		{name: "cloudlinux", version: "{d}", conf: "/opt/alt/php*/etc/php-fpm.conf", unit: "alt-php{v}-fpm.service", pools: "/opt/alt/php{v}/etc/php-fpm.d",
			ini: "/opt/alt/php{v}/etc/php.ini", iniDir: "/opt/alt/php{v}/link/conf", log: "/opt/alt/php{v}/var/log/php-fpm.log",
			binaries: []string{"/opt/alt/php{v}/usr/sbin/php-fpm"}},
		{name: "aapanel", version: "{d}", conf: "/www/server/php/*/etc/php-fpm.conf", unit: "php-fpm-{v}.service", pools: "/www/server/php/{v}/etc/php-fpm.d",
			ini: "/www/server/php/{v}/etc/php.ini", log: "/www/server/php/{v}/var/log/php-fpm.log", binaries: []string{"/www/server/php/{v}/sbin/php-fpm"}},
		{name: "directadmin", version: "{d}", conf: "/usr/local/php*/etc/php-fpm.conf", unit: "php-fpm{v}.service", pools: "/usr/local/php{v}/etc/php-fpm.d",
			ini: "/usr/local/php{v}/lib/php.ini", iniDir: "/usr/local/php{v}/lib/php.conf.d", log: "/var/log/php-fpm{v}.log", binaries: []string{"/usr/local/php{v}/sbin/php-fpm{v}"}},
		{name: "lnmp", conf: "/usr/local/php/etc/php-fpm.conf", unit: "php-fpm.service", pools: "/usr/local/php/etc/php-fpm.d",
			ini: "/usr/local/php/etc/php.ini", iniDir: "/usr/local/php/conf.d", log: "/usr/local/php/var/log/php-fpm.log", binaries: []string{"/usr/local/php/sbin/php-fpm"}},
		{name: "docker", conf: "/usr/local/etc/php-fpm.conf", pools: "/usr/local/etc/php-fpm.d",
			ini: "/usr/local/etc/php/php.ini", iniDir: "/usr/local/etc/php/conf.d", binaries: []string{"/usr/local/sbin/php-fpm"}},
	}
}

// Installed finds every PHP-FPM whose main file is there. A pattern that cannot be read finds nothing: the caller
// sees running ones anyway.
func Installed(files Files) []Version {
	var found []Version
	seen := map[string]bool{}
	for _, l := range layouts() {
		names := []string{l.conf}
		if strings.Contains(l.conf, "*") {
			names, _ = files.Glob(l.conf)
		} else if _, err := files.ReadFile(l.conf); err != nil {
			names = nil
		}
		for _, name := range names {
			v := star(l.conf, name)
			if seen[name] || strings.Contains(l.conf, "*") && !isVersion(v) {
				continue
			}
			seen[name] = true
			found = append(found, l.at(name, v))
		}
	}
	return found
}

// star is what the one * of pattern stands for in name.
func star(pattern, name string) string {
	head, tail, ok := strings.Cut(pattern, "*")
	if !ok {
		return ""
	}
	return strings.TrimSuffix(strings.TrimPrefix(name, head), tail)
}

func isVersion(v string) bool { return v != "" && strings.Trim(v, "0123456789.") == "" }

func (l layout) at(conf, v string) Version {
	plain := strings.ReplaceAll(v, ".", "")
	dotted := v
	if len(plain) > 1 && !strings.Contains(v, ".") {
		dotted = plain[:1] + "." + plain[1:]
	}
	fill := strings.NewReplacer("{v}", v, "{d}", dotted, "{n}", plain).Replace
	found := Version{Layout: l.name, Number: fill(l.version), Conf: path.Clean(conf), Unit: fill(l.unit), PoolDir: fill(l.pools),
		Ini: fill(l.ini), IniDir: fill(l.iniDir), ErrorLog: fill(l.log)}
	for _, b := range l.binaries {
		found.Binaries = append(found.Binaries, fill(b))
	}
	return found
}
