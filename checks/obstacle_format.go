package checks

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// machines are the processors that a program may be built for (elf(5), e_machine).
var machines = map[byte]string{0x03: "32-bit x86", 0x28: "32-bit ARM", 0x3e: "64-bit x86", 0xb7: "64-bit ARM", 0xf3: "RISC-V"}

// builtFor is the processor that a program is built for; empty for what is no program of Linux's.
func builtFor(b []byte) string {
	if len(b) < 20 || !bytes.HasPrefix(b, []byte("\x7fELF")) {
		return ""
	}
	return machines[b[18]]
}

// noFormat: the kernel cannot run the file (ENOEXEC): it is empty, built for another processor, or a script without a first line that
// names its interpreter.
func noFormat(f *sysinfo.Facts, program string) *obstacle {
	b, err := f.Host.Root.ReadFile(program)
	if err != nil || bytes.HasPrefix(b, []byte("#!")) {
		return nil
	}
	o := &obstacle{where: sysinfo.Place{File: program}}
	here, _ := f.Host.Root.ReadFile("/bin/sh") // unreadable: then nobody knows
	switch mine := builtFor(here); {
	case len(b) == 0:
		o.says = program + " is empty"
		o.clear = func(x Fix) Fix {
			return x.Tell("Copy %s here again: a copy broke off, or the disk was full (df -h)", program)
		}
	case builtFor(b) != "" && mine != "" && builtFor(b) != mine:
		o.says = fmt.Sprintf("%s is built for %s, and this machine is %s", program, builtFor(b), mine)
		o.clear = func(x Fix) Fix {
			return x.Tell("Put the build for %s there", mine)
		}
	case builtFor(b) == "" && bytes.IndexByte(b, 0) < 0:
		return noFirstLine(f, o, program, b)
	default:
		return nil
	}
	return o
}

// noFirstLine: a script does not say what runs it. The same script of another release may, or what stands in it.
func noFirstLine(f *sysinfo.Facts, o *obstacle, program string, b []byte) *obstacle {
	o.where.Line = 1
	o.says = fmt.Sprintf("%s is a script, and its first line does not say what runs it", program)
	first := ""
	if _, _, other := formerRelease(f.Host.Root, program, true); other != "" {
		former, _ := f.Host.Root.ReadFile(other) // formerRelease has seen it
		if line, _, _ := strings.Cut(string(former), "\n"); strings.HasPrefix(line, "#!") {
			first = line
		}
	}
	if first == "" {
		first = runnerOf(f.Host.Root, program, string(b))
	}
	o.clear = func(x Fix) Fix {
		if first == "" {
			return x.Tell("Write a first line into %s that names what runs it: #!/bin/sh, #!/usr/bin/python3", program)
		}
		x.Undo = "sed -i 1d " + sh(realFile(f.Host.Root, program))
		return x.Do("Say what runs it", "%s", insertBefore(f.Host.Root, o.where, first))
	}
	return o
}

// runnerOf is the first line that a script of such a name has; empty where neither its name nor its first word tells.
func runnerOf(r sysinfo.Root, program, text string) string {
	switch ext := path.Ext(program); {
	case ext == ".php" || strings.HasPrefix(text, "<?php"):
		return "#!/usr/bin/env php"
	case ext == ".py" || ext == "" && (strings.HasPrefix(text, "import ") || strings.HasPrefix(text, "from ")):
		for _, env := range []string{"venv", ".venv", "env"} {
			if own := path.Join(path.Dir(program), env, "bin/python3"); r.Exists(own) {
				return "#!" + own
			}
		}
		return "#!/usr/bin/python3"
	case ext == ".js" || ext == ".mjs" || ext == ".cjs":
		return "#!/usr/bin/env node"
	case ext == ".sh":
		return "#!/bin/sh"
	}
	return ""
}
