package checks

// mysqlSlow: the workers all wait for the database.
func mysqlSlow() Check {
	return Check{
		ID: "mysql-slow", Title: "The database answers quickly", Topic: Upstreams,
		Means: `Workers wait for the database: one slow or locked query first makes heavy pages time out (504), then holds all workers until every page does.
More workers do not help. Find the query (SHOW FULL PROCESSLIST, the slow query log) and give it an index, or end it.`,
		Run: waitsFor("the database", isDatabasePort),
	}
}
