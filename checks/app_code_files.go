package checks

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// codeEnds are the endings of files of code and settings that say what an app does.
var codeEnds = []string{".js", ".mjs", ".cjs", ".ts", ".py", ".rb", ".sh", ".env", ".json", ".yml", ".yaml", ".toml"}

// codeFiles are the small files of code and settings in a folder; none in one that is full of files.
func codeFiles(r sysinfo.Root, dir string) []string {
	names, err := r.ReadDir(dir)
	if err != nil || len(names) > 100 {
		return nil
	}
	var out []string
	for _, name := range names {
		file := path.Join(dir, name)
		if !slices.Contains(codeEnds, path.Ext(name)) || strayLink(r, file) {
			continue
		}
		if i, err := r.Stat(file); err == nil && i.Size <= 64<<10 {
			out = append(out, file)
		}
	}
	return out
}

// codeNames says that a small file of code or settings in a folder has a number.
func codeNames(r sysinfo.Root, dir string, port int) bool {
	return slices.ContainsFunc(codeFiles(r, dir), func(file string) bool {
		b, err := r.ReadFile(file)
		return err == nil && sysinfo.NamesNumber(string(b), strconv.Itoa(port))
	})
}

// headerCode is where the code in an app's own folder sets a header, in the order of the files' names; unknown where no line names it.
func headerCode(f *sysinfo.Facts, u sysinfo.Unit, header string) sysinfo.Place {
	dir := scriptFolder(u)
	if dir == "" {
		return sysinfo.Place{}
	}
	for _, file := range codeFiles(f.Host.Root, dir) {
		for at, line := range linesIn(f.Host.Root, file) {
			if strings.Contains(strings.ToLower(line), strings.ToLower(header)) {
				return at
			}
		}
	}
	return sysinfo.Place{}
}
