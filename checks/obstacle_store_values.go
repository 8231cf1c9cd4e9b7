package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// A storeValue is what a database or a cache says of a line of its own settings whose value it cannot have. The first group of its words is that
// value, or its key where keys has none.
type storeValue struct {
	kind string
	says pattern
	keys []string
	what string // behind "it"
	does string // what is so without the line
	// data: it is about how the files of the data are laid out, so that only a line which is younger than its last run can be wrong
	data bool
}

var storeValues = []storeValue{
	{"mysql", whenAsked(`\[ERROR\] Unknown/unsupported storage engine: (\S+)`), []string{"default-storage-engine", "default-tmp-storage-engine"}, "has no such storage engine: a package or a plugin is gone, or the name is wrong", "InnoDB is the one that it takes by itself", false},
	{"mysql", whenAsked(`\[ERROR\].*(?:Unknown collation: '|COLLATION ')([\w-]+)'`), []string{"collation-server", "default-collation"}, "does not know this collation: those of MySQL 8 are not MariaDB's", "the character set has one of its own. Tables that have this one already keep it", false},
	{"mysql", whenAsked(`\[ERROR\].*Unknown character set: '([\w-]+)'`), []string{"character-set-server", "character-set-filesystem"}, "does not know this character set", "it has one by itself. Tables keep theirs", false},
	{"mysql", whenAsked(`Illegal or unknown default time zone '([^']+)'`), []string{"default-time-zone", "timezone"}, "does not know the time zones by their names: its tables of them are empty (mysql_tzinfo_to_sql fills them)", "the machine's own time zone counts", false},
	{"mysql", whenAsked(`Error while setting value '[^']*' to '([\w-]+)'`), nil, "does not take that value: a word of another version's stands in it", "it has a value by itself", false},
	{"mysql", whenAsked(`uses page size \d+, but the (?:innodb_page_size|only supported page size)`), []string{"innodb-page-size"}, "has data with pages of another size", "it takes the size that most data have, 16k", true},
	{"mysql", whenAsked(`is of a different size .*innodb_data_file_path`), []string{"innodb-data-file-path"}, "has a data file of another size than this line says", "it takes the file as it is", true},
	{"memcached", whenAsked(`slab_chunk_max .*cannot be larger than -I|cannot be larger than -I \(item_size_max`), []string{"-I"}, "cannot keep so small a piece as its largest", "a megabyte is the largest piece", false},
}

// valueRefused: a line of a store's own settings asks for what it does not have.
func valueRefused(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence) *obstacle {
	kind := storeKind(u)
	for _, r := range storeValues {
		m := r.says.FindStringSubmatch(said.Text)
		if r.kind != kind || m == nil {
			continue
		}
		keys, value := r.keys, strings.Join(m[1:], "")
		if keys == nil {
			keys, value = m[1:], ""
		}
		for _, key := range keys {
			at := storeSetting(f, u, key)
			if line := configLine(f.Host.Root, at); at.Known() && strings.Contains(strings.ToLower(line), strings.ToLower(value)) {
				return r.obstacle(ctx, f, u, said, at, line)
			}
		}
	}
	return nil
}

func (r storeValue) obstacle(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, said Evidence, at sysinfo.Place, line string) *obstacle {
	return &obstacle{where: at, says: fmt.Sprintf("%s: it %s", QuoteConfig(line), r.what), evidence: []Evidence{said, lineOf(f.Host.Root, at)}, clear: func(x Fix) Fix {
		if r.data && ranSince(ctx, f, u, at.File) {
			return x.Tell("It ran with the line at %s before: the files of its data are others than they were. See which, and bring the right ones back; do not change the line for them", at)
		}
		x.Undo = setLine(f.Host.Root, at, line)
		return x.Do("Take the line out: "+r.does, "%s", commentOut(f.Host.Root, at))
	}}
}

// storeSetting is the line of a store's own settings that sets a key; the last one counts.
func storeSetting(f *sysinfo.Facts, u sysinfo.Unit, key string) sysinfo.Place {
	if storeKind(u) == "mysql" {
		return serverSetting(f, refusals[0].files, key)
	}
	return lastSetting(f, ownFiles(u), func(_, line string) bool {
		word := settingOf(line)
		return word == key || !strings.HasPrefix(key, "-") && strings.EqualFold(word, key)
	})
}

// ownFiles are the files of a store's settings.
func ownFiles(u sysinfo.Unit) []string {
	switch storeKind(u) {
	case "mysql":
		return refusals[0].files
	case "postgres":
		return clusterFiles(u)
	case "redis":
		return redisConf(u)
	}
	return memcachedFile
}
