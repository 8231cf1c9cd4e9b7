package checks

import (
	"bytes"
	"path"
	"strings"

	"fix502/sysinfo"
)

// hbaAsker is how PostgreSQL names whom it turns away (auth.c, ClientAuthentication).
var hbaAsker = whenAsked(`for host "([^"]*)"`)

// hbaInside is the pg_hba.conf of a container's PostgreSQL: where its command or its settings say, else with its data. here is the machine's
// file, empty where it is inside the image or the container holds another one than the machine has there by now.
func hbaInside(f *sysinfo.Facts, c sysinfo.Container) (inside, here string) {
	root := f.RootOf(c.PID)
	candidates := []string{}
	for word := range strings.FieldsSeq(c.Command) {
		if file, ok := strings.CutPrefix(strings.TrimPrefix(word, "--"), "hba_file="); ok {
			candidates = append(candidates, strings.Trim(file, `"'`))
		}
	}
	if at := settingInside(f, c, "postgres", "hba_file"); at.Known() {
		candidates = append(candidates, strings.Trim(settingWord(configLine(root, at)), `"'`))
	}
	for _, word := range c.Env {
		if dir, ok := strings.CutPrefix(word, "PGDATA="); ok {
			candidates = append(candidates, path.Join(dir, "pg_hba.conf"))
		}
	}
	for _, file := range append(candidates, "/var/lib/postgresql/data/pg_hba.conf") {
		b, err := root.ReadFile(file)
		if !path.IsAbs(file) || err != nil {
			continue
		}
		if o, ok := c.Outside(file); ok {
			if same, err := f.Host.Root.ReadFile(o.Path); err == nil && bytes.Equal(b, same) {
				here = o.Path
			}
		}
		return file, here
	}
	return "", ""
}

// hbaOfContainer: the PostgreSQL that turns the app away runs in a container, and the machine has the file with its list.
func hbaOfContainer(f *sysinfo.Facts, c sysinfo.Container, s *sysinfo.Store, said string, found *Finding) bool {
	inside, here := hbaInside(f, c)
	if inside == "" {
		return false
	}
	asker := *s
	if m := hbaAsker.FindStringSubmatch(said); m != nil {
		asker.Host = m[1] // the engine's own address, where the app comes by a published port
	}
	x := Fix{Title: "Let the app's user in with its password", Risk: Medium}
	if here == "" {
		found.Where = sysinfo.Place{File: inside}
		found.Evidence = append(found.Evidence, ofItsImage(c, inside))
		found.Fix = x.Tell("%s of container %s decides: write a line for the app's database, its user and %s there, before all others that fit, with scram-sha-256 at its end; then %s kill -s HUP %s", inside, c.Name, asker.Host, c.Engine, sh(c.Name))
		return true
	}
	hba(f, &asker, here, c.Engine+" kill -s HUP "+sh(c.Name), found)
	found.Evidence = append(found.Evidence, mountedAs(c, here, inside))
	found.Fix = inPlace(found.Fix, c.Mounts)
	return true
}
