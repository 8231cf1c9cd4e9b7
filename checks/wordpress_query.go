package checks

import (
	"strings"

	"fix502/sysinfo"
)

var (
	// wpQueryError is how WordPress notes that its database refused a query (class-wpdb.php, print_error).
	wpQueryError = whenAsked(`WordPress database error `)
	// wpValues are the places in what the database says where values of the query stand.
	wpValues = whenAsked(`(Duplicate entry|near|Incorrect \w+ value:) '.*?'( (?:for|at) )`)
)

// wpWithoutValues is such a line without the values of its query: they are visitors'.
func wpWithoutValues(line string) string {
	said, query, ok := strings.Cut(line, " for query ")
	if !ok || !wpQueryError.MatchString(line) {
		return line
	}
	query, by, made := strings.Cut(query, " made by ")
	line = wpValues.ReplaceAllString(said, "$1 '…'$2") + " for query " + sysinfo.SQLShape(query, "mysql")
	if made {
		line += " made by " + by
	}
	return line
}
