package checks

// mergeMarks are the lines that git leaves where two sides of a merge meet; diff3 writes what both came from between them.
var mergeMarks = whenAsked(`^(<<<<<<< |\|\|\|\|\|\|\||=======$|>>>>>>> )`)

// unmerge keeps the upper side of a merge, and switches the rest off.
func unmerge(t *poolTrouble, x Fix) Fix {
	file := sh(realFile(t.root, t.d.place.File))
	x.Undo = "sed -i " + sh(`/^;<<<<<<< /s/^;//;/^;\(|||||||.*\|=======\)$/,/^;>>>>>>> /s/^;//`) + " " + file
	return x.Tell("git left both sides of a merge in the file: this keeps the upper one; look whether it is the right one").
		Do("Take the lower side out, and git's marks", "sed -i %s %s", sh(`/^<<<<<<< /s/^/;/;/^\(|||||||.*\|=======\)$/,/^>>>>>>> /s/^/;/`), file)
}
