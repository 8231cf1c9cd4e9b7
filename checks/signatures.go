package checks

import "fix502/sysinfo/errlog"

// Candidate is a cause a line may have, and how sure the line alone makes us of it.
type Candidate struct {
	ID         ID
	Confidence float64
}

// certain is when the line alone names the cause.
const sureEnough = 0.9

// family is what kind of trouble a line shows. A reason explains the symptoms of some families away.
type trouble uint8

const (
	unanswered trouble = 1 << iota // nobody answered at the address
	broken                         // the connection ended before the answer
	late                           // the answer did not come in time
	deaths                         // a worker died, by whose hand it does not say
	starts                         // a service did not start, it does not say why
	echo                           // only repeats what an earlier line says better
	refusal                        // the gateway itself turned requests away
)

// signature is what a kind of line means.
type signature struct {
	is       trouble
	explains trouble
	leads    []Candidate // most likely first
}

// meaning gives the candidates of one line: the table's, or closer ones where the line's own details tell.
func meaning(ev *errlog.Event) signature {
	s := signatures[ev.Kind]
	if s.leads == nil {
		s = reasons[ev.Kind]
	}
	if leads := closer(ev); leads != nil {
		s.leads = leads
	}
	return s
}

// closer looks at the address, the scheme and the numbers in the line.
func closer(ev *errlog.Event) []Candidate {
	if _, ok := priors[ev.Kind]; ok {
		return likeliest(ev)
	}
	switch ev.Kind {
	case errlog.HTTP2Frame, errlog.InvalidHeader, errlog.NoSpace, errlog.NoWorkerConnections, errlog.HeaderTooBig:
		return byNumber(ev)
	case errlog.Segfault, errlog.OOMKill, errlog.UnitConfig, errlog.UnitKilled, errlog.UnitFailed, errlog.UnitExit, errlog.UnitSoftware, errlog.UnitStopped, errlog.UnitExec, errlog.ModuleMissing,
		errlog.SupervisorExit, errlog.SupervisorFatal, errlog.PM2Exit, errlog.UWSGIDied:
		return byName(ev)
	case errlog.HAProxyDownStatus, errlog.WAFDenied, errlog.AccessGateway, errlog.ConfigError, errlog.HAProxyConnect, errlog.NoHealthyUpstream:
		return byStatus(ev)
	}
	return nil
}
