package errlog

// lastPhrases say what is short and not who needs it: any other row knows better.
func lastPhrases() []phrase {
	return []phrase{
		{"annot allocate memory", OutOfMemory, Unnamed, "", nil},
		{"oo many open files", TooManyFiles, Unnamed, "", nil},
		{"o space left on device", NoSpace, Unnamed, "", nil},
		{"nternal Server Error: /", AppError, Unnamed, "", nil},
		{"Error handling request", AppError, Gunicorn, "", nil},
	}
}
