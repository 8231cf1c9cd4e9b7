package checks

// unmerge keeps the upper side of a merge, and switches the rest off. A mark that was forgotten goes alone.
func unmerge(t *poolTrouble, x Fix) Fix {
	switch marks, whole, guard := mergeIn(t.root, t.d.place.File, guardsPool); {
	case marks == 1:
		return x.Do("Take out the mark that git left; all other lines stay", "%s", t.set(";"+t.old))
	case !whole || guard:
		x.Undo = ""
		return x.Tell("git left its marks in %s, and which lines count a person has to say: they may keep the pool's scripts from something", t.d.place.File)
	}
	file := sh(realFile(t.root, t.d.place.File))
	x.Undo = "sed -i " + sh(`/^;<<<<<<< /s/^;//;/^;\(|||||||.*\|=======\)$/,/^;>>>>>>> /s/^;//`) + " " + file
	return x.Tell("git left both sides of a merge in the file: this keeps the upper one; look whether it is the right one").
		Do("Take the lower side out, and git's marks", "sed -i %s %s", sh(`/^<<<<<<< /s/^/;/;/^\(|||||||.*\|=======\)$/,/^>>>>>>> /s/^/;/`), file)
}
