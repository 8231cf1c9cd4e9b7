package errlog

// stderrKind reads what a script wrote: through FastCGI into the gateway's log, or into PHP's own.
func stderrKind(ev *Event, s string) Kind {
	f := scriptFinder()
	if row, _ := f.find(s); row >= 0 {
		return f.rows[row].kind
	}
	return ScriptOutput
}

// scriptPhrases run from what is meant most closely to what is meant by anything.
func scriptPhrases() []phrase {
	return []phrase{
		{text: "is not allowed to connect to this M", kind: DatabaseDown}, // MySQL and MariaDB, ER_HOST_NOT_PRIVILEGED
		{text: "Access denied for user", kind: PHPFatal},                  // the database's words, not PHP-FPM's
		{text: "this account is locked", kind: PHPFatal},
		{text: "Account is locked", kind: PHPFatal},
		{text: "password has expired", kind: PHPFatal},
		{text: "in a read-only transaction", kind: PHPFatal},
		{text: "read-only option", kind: PHPFatal},
		{text: "Running in read-only mode", kind: PHPFatal},
		{text: "Insufficient privilege", kind: PHPFatal}, // PostgreSQL's 42501
		{text: "command denied to user", kind: PHPFatal}, // ER_TABLEACCESS_DENIED_ERROR and its kin
		{text: "authentication method unknown to the client", kind: PHPFatal},
		{text: "init_connect command failed", kind: DatabaseGone}, // ER_NEW_ABORTING_CONNECTION
		{text: "has exceeded the 'max_", kind: DatabaseTooMany},   // ER_USER_LIMIT_REACHED
		{text: "Primary script unknown", kind: ScriptUnknown},
		{text: "Unable to open primary script", kind: ScriptUnknown},
		{text: "Access to the script", kind: ScriptDenied},
		{text: "Access denied", kind: ScriptDenied},
		{text: "Cannot chdir to", kind: ScriptUnknown},
		{text: "cannot get script name, are DOCUMENT_ROOT", kind: FastCGIEmpty},
		{text: "Cannot execute script", kind: FastCGIEmpty}, // fcgiwrap: its first line names no program that is there
		{text: "Allowed memory size of", kind: PHPMemory},
		{text: "Out of memory (allocated", kind: PHPMemory},
		{text: "Maximum execution time of", kind: PHPMaxTime},
		{text: "Failed to write session data", kind: SessionWriteFailed},
		{text: "No space left on device", kind: NoSpace},
		{text: "Too many connections", kind: DatabaseTooMany},
		{text: "too many clients already", kind: DatabaseTooMany},
		{text: "max_user_connections", kind: DatabaseTooMany},
		{text: "MySQL server has gone away", kind: DatabaseGone},
		{text: "SQLSTATE[HY000] [2002]", kind: DatabaseDown},
		{text: "SQLSTATE[HY000] [2006]", kind: DatabaseGone},
		{text: "SQLSTATE[08006]", kind: DatabaseDown},
		{text: "mysqli_sql_exception: No such file or directory", kind: DatabaseDown},
		{text: "mysqli_sql_exception: Connection refused", kind: DatabaseDown},
		{text: "mysqli_sql_exception: Connection timed out", kind: DatabaseDown},
		{text: "mysqli_sql_exception: No route to host", kind: DatabaseDown},
		{text: "mysqli_sql_exception: php_network_getaddresses", kind: DatabaseDown},
		{text: "mysqli_real_connect(): (HY000/2002)", kind: DatabaseDown},
		{text: "(HY000/1040)", kind: DatabaseTooMany},
		{text: "Error establishing a database connection", kind: DatabaseDown},
		{text: "Failed opening required", kind: PHPFatal},
		{text: "PHP Fatal error", kind: PHPFatal},
		{text: "PHP Parse error", kind: PHPFatal},
		{text: "Fatal error:", kind: PHPFatal},
		{text: "Uncaught", kind: PHPFatal},
		{text: "Unable to load dynamic library", kind: PHPExtension},
		{text: "Failed loading Zend extension", kind: PHPExtension},
		{text: "Unable to initialize module", kind: PHPExtension},
		{text: "Connection disallowed", kind: FPMDisallowed},
		{text: "zend_mm_heap corrupted", kind: FPMCrash},
		{text: "PHP Warning", kind: PHPNotice},
		{text: "PHP Notice", kind: PHPNotice},
		{text: "PHP Deprecated", kind: PHPNotice},
	}
}
