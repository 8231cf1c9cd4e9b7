package errlog

// rubyPhrases are Passenger's, which also runs Node and Python, and those of Puma and Unicorn about their workers.
func rubyPhrases() []phrase {
	return []phrase{
		{"Message from application: ", PassengerSpawn, Ruby, "", nil},
		{"Could not spawn process for application", PassengerSpawn, Ruby, "", nil},
		{"because a spawning error occurred", PassengerSpawn, Ruby, "", nil},
		{"while spawning an application process", PassengerSpawn, Ruby, "", nil},
		{"while trying to spawn the application", PassengerSpawn, Ruby, "", nil},
		{"rror occurred while starting the web application", PassengerSpawn, Ruby, "", nil},
		{"rror occurred while starting up the", PassengerSpawn, Ruby, "", nil},
		{"application process exited prematurely", PassengerSpawn, Ruby, "", nil},
		{"Passenger application server", PassengerSpawn, Ruby, "start", nil},
		{"to start the Phusion Passenger watchdog", PassengerSpawn, Ruby, "", nil},
		{"Could not start the Nginx engine", PassengerSpawn, Ruby, "", nil},
		{"Passenger could not be initialized", PassengerSpawn, Ruby, "", nil},
		{"did not send a complete response", PrematureClose, Ruby, "", nil},
		{"Request queue full. Returning an error", Overflow, Ruby, "", nil},
		{"Request queue is full. Returning an error", Overflow, Ruby, "", nil},

		{"Terminating timed out worker", PumaTimeout, Ruby, "", nil},
		{"worker failed to check in within", PumaTimeout, Ruby, "", nil},
		{"killing worker=", UnicornTimeout, Ruby, "timeout", nil},
		{"killing", UnicornTimeout, Ruby, "worker=", unicornTimeout},
		{"Rack::Timeout::RequestTimeout", UnicornTimeout, Ruby, "", nil},
		{"Request ran for longer than", UnicornTimeout, Ruby, "", nil},
		{"reaped #<Process::Status: pid", WorkerReaped, Ruby, "", reaped},
		{"exceeds memory limit", WorkerReaped, Ruby, "worker", nil},
		{"WorkerKiller send SIG", WorkerReaped, Ruby, "", nil},
		{"PumaWorkerKiller: Out of memory", WorkerReaped, Ruby, "", nil},
		{"exceeded the memory limit", WorkerReaped, Ruby, "orker", nil},
		{"Early termination of worker", WorkerReaped, Ruby, "", nil},
		{"Unable to load application: ", JavaStart, Ruby, "", nil},
		{"cannot load such file --", ModuleMissing, Ruby, "", nil},
		{"Bundler::GemNotFound", JavaStart, Ruby, "", nil},
		{"bundler: command not found", JavaStart, Ruby, "", nil},
		{"/bin/puma:", JavaStart, Ruby, "from ", nil}, // the last of a trace that ended the program
		{"/bin/unicorn:", JavaStart, Ruby, "from ", nil},
		{"A server is already running. Check", JavaStart, Ruby, "", nil},
		{"ActiveRecord::PendingMigrationError", JavaStart, Ruby, "", nil},
	}
}
