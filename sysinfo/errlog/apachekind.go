package errlog

// APR's own codes, beside errno.
const (
	aprTimeout    = 70007
	aprIncomplete = 70008
	aprEOF        = 70014
	aprGeneral    = 20014 // closed before one byte arrived
)

func (p *Parser) apacheKind(ev *Event, ah, apr int, s string) Kind {
	switch ah {
	case 957, 2454:
		return apacheConnect(ev, apr, s)
	case 1114, 1079, 896, 10101, 866, 2452, 1078:
		return ConnectFollow
	case 1102, 1110, 10404:
		return apacheRead(ev, ah, apr, s)
	case 1075:
		return apacheDispatch(ev, apr)
	case 898:
		return apacheProxyError(ev, s)
	case 1067, 1068:
		return apacheFCGI(ev, ah, s)
	case 992, 878, 893, 897, 868, 1080, 1081, 1029, 1030, 1031:
		return AJPFailed
	case 10124:
		return HeaderTooBig
	case 1106, 2429, 1070:
		return InvalidHeader
	case 1144:
		return NoProtocolHandler
	case 959, 940, 1170, 1171, 1174, 1167, 2460:
		ev.Name = between(s, "balancer://", ":")
		return BalancerDown
	case 161, 484, 286, 287, 10159, 3490, 288:
		return MaxRequestWorkers
	case 50, 51, 52:
		return apacheChild(ev, s)
	case 1071:
		return stderrKind(ev, s)
	}
	return p.apacheOther(ev, ah, s)
}

func (p *Parser) apacheOther(ev *Event, ah int, s string) Kind {
	switch ah {
	case 72:
		if ev.Errno == EACCES {
			return BindDenied
		}
		return AddressInUse
	case 526, 20, 16, 14, 13:
		ev.Place = between(s, "of ", ":")
		return ConfigError
	case 2039, 2004, 2005, 2411:
		return TLSVerify
	case 2003, 1961, 961, 962:
		return TLSHandshake
	case 952, 956, 938:
		return apacheSocket(ev, ah)
	case 124:
		return RewriteLoop
	case 1095: // the request's body did not come from the visitor
		return ClientTimeout
	case 1084, 1097:
		if ev.Errno == 502 { // mod_ssl has refused the backend's certificate
			return TLSHandshake
		}
		return SendReset
	case 94, 163, 489, 493, 494, 170, 491, 558, 112, 171, 1232, 1626, 2032, 1906, 1909, 2217, 2568, 1964, 2573, 10034, 98, 1873, 455, 456, 418, 117, 292:
		return Notice
	case 169:
		return Stopped
	case 128, 127, 37, 1264:
		return FileMissing
	case 1276:
		return DirectoryForbidden
	case 1630, 1797, 35, 529:
		return AccessForbidden
	case 1617, 1618, 1614:
		return LoginFailed
	case 126, 135, 566, 574, 10244, 567, 10508, 2008, 1998, 2042, 2033, 1968, 1382:
		return ClientInvalid
	case 1215:
		return stderrKind(ev, s)
	}
	return Unknown // phrases know the rest
}
