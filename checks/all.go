package checks

// All is the list, in the order people read it.
func All() []Check {
	return []Check{
		fpmNotRunning(),
		unitNotEnabled(),
		fpmPoolConfigError(),
		fpmReloadKilledMaster(),
		opcachePreloadFailure(),
		startLimitHit(),
		runDirMissing(),
		fpmStaleSocket(),
		phpVersionUpgraded(),
		fpmTransportMismatch(),
		socketPathMismatch(),
		socketPermission(),
		selinuxDenied(),
		socketFileDeleted(),
		privateTmpSocket(),
		runtimeDirectoryRemoved(),
		upstreamPortNothingListening(),
		bindAddressMismatch(),
		localhostIPv6Mismatch(),
		dockerLocalhostUpstream(),
		networkUnreachable(),
	}
}
