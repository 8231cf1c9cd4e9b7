package checks

import "testing"

func TestWPWithoutValues(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"a query's values", `WordPress database error MySQL server has gone away for query SELECT v FROM wp_options WHERE n = 'canary' LIMIT 1 made by get_option`,
			`WordPress database error MySQL server has gone away for query SELECT v FROM wp_options WHERE n = '…' LIMIT ? made by get_option`},
		{"a value in what the database says", `WordPress database error Duplicate entry 'canary' for key 'mail' for query INSERT INTO wp_mail (mail) VALUES ('canary')`,
			`WordPress database error Duplicate entry '…' for key 'mail' for query INSERT INTO wp_mail (mail) VALUES ('…')`},
		{"a table keeps its name", `WordPress database error Table 'wp.wp_a' doesn't exist for query SELECT 'canary'`,
			`WordPress database error Table 'wp.wp_a' doesn't exist for query SELECT '…'`},
		{"another line", `PHP Fatal error: for query x`, `PHP Fatal error: for query x`},
	} {
		if got := wpWithoutValues(c.line); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
