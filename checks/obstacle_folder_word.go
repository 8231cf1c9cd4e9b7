package checks

import (
	"path"
	"slices"

	"fix502/sysinfo"
)

var (
	folderWords = whenAsked(`(?i)\b(?:chdir|scandir|opendir|readdir|mkdir|listdir|folder)\b`)
	folderNames = whenAsked(`(?i)^(?:data|blobs?|uploads?|media|static|caches?|store|storage|sessions?|files|db|logs?|spool|queues?|index(?:es)?|tmp|temp|state|backups?|` +
		`assets|repos|repositories|objects|segments|wal|snapshots?|streams?|shards?)$`)
	folderTold = whenAsked(`(?i)(?:dir|directory|folder|datapath|data-path|storage|--data|--path)["']?[\s=:]`)
)

// isFolder says that what a program misses is a folder, by the program's words, by its name or by the option that tells of it: a key or a
// token has no ending either, and a folder in its place would be in its way.
func isFolder(f *sysinfo.Facts, u sysinfo.Unit, file, text string) bool {
	if path.Ext(file) != "" {
		return false
	}
	return folderWords.MatchString(text) || folderNames.MatchString(path.Base(file)) || slices.ContainsFunc(f.UnitLines(u), func(l sysinfo.UnitLine) bool {
		return wholePath(file).MatchString(l.Value) && folderTold.MatchString(l.Value)
	})
}
