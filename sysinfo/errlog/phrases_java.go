package errlog

// javaPhrases are of Tomcat, Spring and the machine under them.
func javaPhrases() []phrase {
	return []phrase{
		{"Invalid message received with signature", NotHTTP, Java, "", nil}, // Tomcat's AjpMessage: HTTP at its AJP port
		{"ClientAbortException", ClientClosed, Java, "", nil},
		{"IOException: Broken pipe", ClientClosed, Java, "", nil},
		{"was already in use", JavaStart, Java, "Port", nil},
		{"java.net.BindException", JavaStart, Java, "", nil},
		{"Failed to initialize connector", JavaStart, Java, "", nil},
		{"Failed to start connector", JavaStart, Java, "", nil},
		{"Protocol handler initialization failed", JavaStart, Java, "", nil},
		{"Error starting ApplicationContext", JavaStart, Java, "", nil},
		{"PortInUseException", JavaStart, Java, "", nil},
		{"Unable to start embedded ", JavaStart, Java, "", nil},
		{"Unable to start web server", JavaStart, Java, "", nil},
		{"onnector in failed state", JavaStart, Java, "", nil},
		{"java.lang.OutOfMemoryError", JavaMemory, Java, "", nil},
		{"A fatal error has been detected by the Java Runtime", JavaMemory, Java, "", nil},
		{"are currently busy, waiting", JavaThreads, Java, "", nil},
		{"APPLICATION FAILED TO START", JavaStart, Java, "", nil},
		{"insufficient memory for the Java Runtime", JavaMemory, Java, "", nil},
		{"Could not find or load main class", JavaStart, Java, "", nil},
		{"Unable to access jarfile", JavaStart, Java, "", nil},
		{"listeners failed to start", JavaStart, Java, "", nil},
		{"GC overhead limit exceeded", JavaMemory, Java, "", nil},
		{"StackOverflowError", JavaStart, Java, "java.lang", nil},
		{"UnsupportedClassVersionError", JavaStart, Java, "", nil},
		{"BeanCreationException", JavaStart, Java, "", nil},
	}
}
