package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/phpfpm"
)

// extension is one that PHP-FPM loads: the line that says so, and its library.
type extension struct {
	set     phpfpm.Value
	file    string    // as its line has it: /opt/x/x.so
	library string    // what that leads to: /opt/x/x-4.2.so
	changed time.Time // when library, line or link last changed
}

// justBefore is how long before the first crash what causes it has been changed: a library that is laid down is loaded at the next restart.
const justBefore = time.Hour

// extensionsOf are all that a PHP-FPM loads and whose library is found.
func extensionsOf(root sysinfo.Root, p *sysinfo.FPM) []extension {
	var out []extension
	for _, v := range p.Extensions(root) {
		x := extension{set: v, file: moduleFile(root, p, v.Text)}
		var err error
		if x.library, err = root.Resolve(x.file); x.file == "" || err != nil {
			continue
		}
		for _, name := range []string{x.library, v.Place.File} {
			if i, err := root.Stat(name); err == nil && i.ModTime.After(x.changed) {
				x.changed = i.ModTime
			}
		}
		if i, err := root.Lstat(x.file); err == nil && i.ModTime.After(x.changed) { // a link that leads elsewhere by now
			x.changed = i.ModTime
		}
		out = append(out, x)
	}
	return out
}

// moduleFile is the library of an extension= line: a path, or the name of one in the folder of PHP's modules (php.ini, "extension").
func moduleFile(root sysinfo.Root, p *sysinfo.FPM, name string) string {
	if path.IsAbs(name) {
		return name
	}
	if path.Ext(name) != ".so" {
		name += ".so"
	}
	if dir := p.INI(root, "extension_dir"); dir.Set() && path.IsAbs(dir.Text) {
		return path.Join(dir.Text, name)
	}
	for _, pattern := range []string{"/usr/lib/php/*/", "/usr/lib64/php/modules/", "/usr/lib/php*/modules/", "/usr/local/lib/php/extensions/*/"} {
		files, _ := root.Glob(pattern + name) // none: another packager's folder
		for _, file := range files {
			if p.Layout != "debian" || ownModules(path.Dir(file), p) {
				return file
			}
		}
	}
	return ""
}

// crashingExtension is the extension whose code a pool's workers crash in, by the kernel's word.
func crashingExtension(root sysinfo.Root, p *sysinfo.FPM, crashes []kernelLine) (extension, kernelLine, bool) {
	all := extensionsOf(root, p)
	for _, k := range reversed(crashes) {
		for _, x := range all {
			if k.Script != "" && (k.Script == path.Base(x.library) || k.Script == path.Base(x.file)) {
				return x, k, true
			}
		}
	}
	return extension{}, kernelLine{}, false
}

// changedExtension is the only extension that was changed just before the first crash.
func changedExtension(root sysinfo.Root, p *sysinfo.FPM, first time.Time) (extension, bool) {
	lately := slices.DeleteFunc(extensionsOf(root, p), func(x extension) bool {
		return x.changed.After(first) || first.Sub(x.changed) > justBefore
	})
	if len(lately) != 1 {
		return extension{}, false
	}
	return lately[0], true
}

// workersCrashed are the kernel's words on the crashes of a pool's workers, which PHP-FPM's log tells of by number and second. In a container they
// have other numbers than the kernel's.
func workersCrashed(ctx context.Context, f *sysinfo.Facts, p *sysinfo.FPM, crashes []sysinfo.LogLine) []kernelLine {
	all, _ := kernelLines(ctx, f, errlog.Segfault) // unreadable: PHP-FPM's own line says enough
	comm := path.Base(p.Binary)
	return slices.DeleteFunc(slices.Clone(all), func(k kernelLine) bool {
		return !slices.ContainsFunc(crashes, func(c sysinfo.LogLine) bool {
			return strings.Contains(k.text, fmt.Sprintf("[%d]", c.Worker)) || strings.HasPrefix(comm, k.Name) && k.Name != "" && within(k.Time, c.Time, 2*time.Second)
		})
	})
}

// poolCrashes are the latest crashes of a pool's workers, and when the first of the window was.
func poolCrashes(ctx context.Context, f *sysinfo.Facts, pool string) (lines []sysinfo.LogLine, first time.Time) {
	logs, err := f.Logs(ctx)
	if err != nil {
		return nil, first
	}
	for _, g := range logs.Groups {
		if g.Kind != errlog.FPMCrash || !slices.ContainsFunc(g.Latest, func(line sysinfo.LogLine) bool { return line.Name == pool }) {
			continue
		}
		if first.IsZero() || g.First.Before(first) {
			first = g.First
		}
		lines = append(lines, g.Latest...)
	}
	return lines, first
}

// calledByCode are extensions whose functions the code of sites calls: without them its pages fail with 500 (the extensions of PHP's own source, and
// those that Debian has as php-NAME). Others watch, measure or guard, and a site does without them.
var calledByCode = whenAsked(`^(?:amqp|apcu|ast|bcmath|bz2|calendar|ctype|curl|dba|dom|ds|enchant|event|exif|ffi|fileinfo|ftp|gd|gearman|gettext|gmp|gnupg|grpc|http|iconv|igbinary|imagick|imap|interbase|intl|ioncube_loader\w*|json|ldap|lz4|mailparse|mbstring|memcached?|mongodb|msgpack|mysqli|mysqlnd|oauth|odbc|opcache|pdo\w*|pgsql|phar|posix|protobuf|psr|raphf|readline|redis|rdkafka|shmop|simplexml|snmp|soap|sockets|sodium|SourceGuardian|sqlite3|sqlsrv|ssh2|swoole|sysv\w+|tidy|tokenizer|uuid|xml\w*|xsl|yaml|zip|zlib|zmq)$`)

func (x extension) name() string { return strings.TrimSuffix(path.Base(x.file), ".so") }

// loadedBy says where it comes from: "heartline-6.1.so, which /etc/…/40-heartline.ini:2 loads".
func (x extension) loadedBy() string {
	return fmt.Sprintf("%s, which %s loads", path.Base(x.library), x.set.Place)
}

// without is the way to go on without the extension: the line out, as Debian does it where it has a file of its own, and PHP-FPM anew.
func (x extension) without(root sysinfo.Root, p *sysinfo.FPM) Fix {
	fix := Fix{Title: "Switch the extension " + x.name() + " off until it is mended", Risk: Medium, Workaround: true}
	at, file := x.set.Place, realFile(root, x.set.Place.File)
	_, module, _ := strings.Cut(strings.TrimSuffix(path.Base(at.File), ".ini"), "-")
	if mods := "/etc/php/" + p.Number + "/mods-available/"; p.Layout == "debian" && file == mods+module+".ini" {
		fix.Undo = fmt.Sprintf("phpenmod -v %s -s fpm %s", p.Number, sh(module))
		fix = fix.Do("PHP-FPM no longer loads it", "phpdismod -v %s -s fpm %s", p.Number, sh(module))
	} else {
		old := configLine(root, at)
		fix.Undo = setLine(root, at, old)
		fix = fix.Do("PHP no longer loads it", "%s", setLine(root, at, ";"+old))
	}
	if fix = fpmRestart(p, fix); p.HasUnit {
		fix.Undo += "; systemctl restart " + sh(p.Name())
	}
	if older := x.older(root); older != "" {
		fix = fix.Tell("Instead of that it may go back to what it was: %s lies beside it: ln -sfn %s %s, and the same restart", older, older, x.file)
	}
	return fix.Tell("Tell who made %s that its present version crashes PHP: only they can mend it", x.name())
}

var versionOf = whenAsked(`^(.*?)[-_.]?v?\d[\w.-]*$`)

// older is a library that lies beside that of an extension, of the same name and an older version, where its file is a link that may lead there.
func (x extension) older(root sysinfo.Root) string {
	m := versionOf.FindStringSubmatch(strings.TrimSuffix(path.Base(x.library), ".so"))
	if m == nil || x.library == x.file || path.Dir(x.library) != path.Dir(x.file) {
		return ""
	}
	files, _ := root.Glob(path.Join(path.Dir(x.library), m[1]+"*")) // none is what is asked
	best, at := "", time.Time{}
	for _, file := range files {
		if i, err := root.Lstat(file); err == nil && i.Mode.IsRegular() && file != x.library && strings.Contains(path.Base(file), ".so") && i.ModTime.After(at) {
			best, at = path.Base(file), i.ModTime
		}
	}
	return best
}
