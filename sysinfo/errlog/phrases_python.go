package errlog

// pythonPhrases are of programs that do not come up.
func pythonPhrases() []phrase {
	return []phrase{
		{"ModuleNotFoundError: No module named", ModuleMissing, Unnamed, "", nil},
		{"ImportError: cannot import name", ModuleMissing, Unnamed, "", nil},
		{"Error loading ASGI app", GunicornBootFailed, Gunicorn, "", nil},
		{"Failed to find attribute '", GunicornBootFailed, Gunicorn, "", nil},
		{"Failed to parse '", GunicornBootFailed, Gunicorn, "as an attribute name", nil},
		{"exceptions.ImproperlyConfigured:", GunicornBootFailed, Gunicorn, "", nil},
		{"errors.AppImportError", GunicornBootFailed, Gunicorn, "", nil},
		{"ImportError: No module named", ModuleMissing, Unnamed, "", nil},
	}
}
