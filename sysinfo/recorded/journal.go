package recorded

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// journal turns "TIME text" lines into what journalctl -o json prints.
func (m *Machine) journal(unit string, data []byte) error {
	var out bytes.Buffer
	boot := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		when, text, ok := strings.Cut(line, " ")
		if !ok {
			continue
		}
		if when == "boot" {
			boot = text
			continue
		}
		at, err := m.clock(when)
		if err != nil {
			return err
		}
		b, err := json.Marshal(map[string]string{"__REALTIME_TIMESTAMP": fmt.Sprint(at.UnixMicro()), "_BOOT_ID": boot,
			"UNIT": unit, "SYSLOG_IDENTIFIER": strings.TrimSuffix(unit, ".service"), "MESSAGE": text})
		if err != nil {
			return err
		}
		out.Write(append(b, '\n'))
	}
	cmd := "journalctl -u " + unit
	switch {
	case unit == "kernel":
		cmd = "journalctl -k"
	case strings.HasPrefix(unit, "-"): // "journal: -t drupal"
		cmd = "journalctl " + unit
	}
	m.runs[cmd] = sysinfo.Output{Stdout: out.Bytes()}
	return nil
}
