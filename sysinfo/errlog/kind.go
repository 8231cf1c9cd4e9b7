package errlog

// Kind is what a line says, one for each that can be told apart. Errno, Signal, Name and the rest of the Event
// say the same more closely.
type Kind uint8

const (
	Unknown Kind = iota

	// what connect() said, whichever gateway asked
	ConnectUnixMissing
	ConnectUnixDenied
	ConnectUnixRefused
	ConnectUnixFull
	ConnectUnixWrongType
	ConnectRefused
	ConnectDenied
	ConnectNoRoute
	ConnectNetUnreachable
	ConnectNoAddress
	ConnectInvalid
	ConnectTimedOut
	ConnectTimeout
	ConnectFailed

	// after the connection stood
	ReadTimeout
	ReadTimeoutBody
	SendTimeout
	TLSTimeout
	ReadReset
	ReadResetBody
	SendReset
	PrematureClose
	PrematureCloseBody
	HeaderTooBig
	InvalidHeader
	ConflictingLength
	InvalidBody
	FastCGIVersion
	NotHTTP
	HTTP2Frame
	FastCGIEmpty
	FastCGIRecord
	TLSWrongVersion
	TLSHandshake
	TLSClosed
	TLSVerify

	// gateways about themselves
	NoLiveUpstreams
	ServerDisabled
	ConnectFollow
	ReadFollow
	UpgradedTimeout
	ResolveFailed
	ResolverDown
	NoResolver
	InvalidURL
	NoPort
	ProxyLoop
	TooManyFiles
	NoWorkerConnections
	BindSourceFailed
	NoSpace
	ShortWrite
	TempDenied
	RateLimited
	WAFDenied
	GatewayWorkerCrash
	AddressInUse
	BindDenied
	HostNotFound
	CertUnreadable
	ConfigError
	TestFailed

	// apache
	BalancerDown
	NoProtocolHandler
	MaxRequestWorkers
	ApacheChildCrash
	AJPFailed
	FcgidTimeout
	FcgidClosed
	FcgidNoSlot
	FcgidTooLarge
	ScriptEndedEarly

	// haproxy, varnish, caddy, traefik, envoy, kubernetes
	HAProxyNoServer
	HAProxyConnect
	HAProxyBadResponse
	HAProxyQueue
	HAProxyNoPorts
	HAProxyDownRefused
	HAProxyDownTimeout
	HAProxyDownTLS
	HAProxyDownStatus
	HAProxyDownOther
	HAProxyDNS
	VarnishUnhealthy
	VarnishBusy
	VarnishFetchFailed
	NoHealthyUpstream
	NoEndpoints
	Overflow
	NoRoute
	WrongNetwork

	// php-fpm and php
	FPMMaxChildren
	FPMSeemsBusy
	FPMCrash
	FPMKilled
	FPMTerminated
	FPMExitCode
	FPMTerminating
	FPMSlowRequest
	FPMReloading
	FPMReloadExec
	FPMStopping
	FPMEmergency
	FPMInitFailed
	FPMConfigError
	FPMBindFailed
	FPMAnotherInstance
	FPMDisallowed
	FPMProcessMax
	FPMForkFailed
	LSAPIMaxChildren
	PHPFatal
	PHPMemory
	PHPMaxTime
	PHPExtension
	PHPPreload
	ScriptUnknown
	ScriptDenied
	SessionWriteFailed
	DatabaseDown
	DatabaseGone
	DatabaseTooMany
	DatabaseSlow
	Maintenance
	OutgoingSlow

	// application servers
	GunicornTimeout
	GunicornKilled
	GunicornSignal
	GunicornBootFailed
	AppAddressInUse
	AppError
	UWSGIHarakiri
	UWSGIDied
	UWSGIRespawn
	UWSGIBlockHTTP
	UWSGIBlockSize
	UWSGIPostLimit
	UWSGIEmpty
	UWSGIQueueFull
	UWSGINoApp
	NodeCrash
	NodeHeap
	PM2Errored
	PM2Exit
	ModuleMissing
	PumaTimeout
	UnicornTimeout
	WorkerReaped
	PassengerSpawn
	JavaMemory
	JavaThreads
	JavaStart
	AppCrash

	// services and containers
	UnitExit
	UnitKilled
	UnitConfig
	UnitSoftware
	UnitExec
	UnitStartLimit
	UnitOOM
	UnitFailed
	UnitTimeout
	UnitReloadFailed
	UnitStopped
	SupervisorFatal
	SupervisorExit
	ContainerOOM
	ContainerExit
	ContainerUnhealthy
	CrashLoop
	ProbeFailed

	// kernel and guards
	OOMKill
	OOMDKill
	OutOfMemory
	Segfault
	ConntrackFull
	SYNFlood
	HungTask
	ReadOnlyMount
	FirewallDrop
	SELinuxDenied
	AppArmorDenied
	Banned

	// pages of a CDN
	CF520
	CF521
	CF522
	CF523
	CF524
	CF525
	CF526
	CF530
	CFGateway

	// access logs
	AccessOK
	AccessClientError
	AccessClientGone
	AccessNotHTTP
	AccessError
	AccessGateway

	// alarming, and no failure of the gateway
	FileMissing
	AccessForbidden
	DirectoryForbidden
	ClientClosed
	ClientTLS
	ClientTimeout
	ClientInvalid
	BodyTooLarge
	UpstreamBuffered
	BodyBuffered
	ConflictingName
	TypesHash
	Stapling
	Deprecated
	LoginFailed
	RewriteLoop
	Notice
	Started
	Stopped
	Recovered
	PHPNotice
	ScriptOutput
	ConfigOK
	StackTrace
	WorkerExit
	CheckPassed
	Healthy

	Kinds // how many there are
)

// Quiet kinds may look alarming and are no failure of a gateway.
func (k Kind) Quiet() bool {
	return k >= FileMissing || k == AccessOK || k == AccessClientError || k == AccessClientGone
}

func (k Kind) String() string {
	if k < Kinds {
		return kindNames[k]
	}
	return ""
}
