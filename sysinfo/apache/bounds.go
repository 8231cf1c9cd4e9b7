package apache

// Bounds: a configuration beyond them is nobody's, and what is left out is told.
const (
	maxFile       = 8 << 20
	maxTotal      = 64 << 20
	maxDirectives = 500_000
	maxDepth      = 100 // sections within sections
	maxIncludes   = 20  // files within files (AP_MAX_INCLUDE_DEPTH)
	maxFolders    = 20
	maxWords      = 10_000
	maxProblems   = 200
	maxMacros     = 32 // macros within macros
)
