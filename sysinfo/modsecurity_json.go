package sysinfo

import (
	"bufio"
	"encoding/json"
	"strings"
	"time"
)

// auditRecord is an entry in JSON: of ModSecurity 2, and of 3, which has the request inside of the transaction.
type auditRecord struct {
	Transaction struct {
		Time          string
		RemoteAddress string `json:"remote_address"`
		Stamp         string `json:"time_stamp"`
		ClientIP      string `json:"client_ip"`
		Interrupted   *bool  `json:"is_interrupted"`
		Request       struct {
			Method, URI string
			Headers     map[string]any
		}
		Response struct {
			Code int `json:"http_code"`
		}
		Producer struct {
			Engine string `json:"secrules_engine"`
		}
		Messages []struct {
			Message string
			Details struct {
				Rule string `json:"ruleId"`
				File string
				Line string `json:"lineNumber"`
			}
		}
	}
	Request struct {
		Line    string `json:"request_line"`
		Headers map[string]any
	}
	Response struct{ Status int }
	Audit    struct{ Messages []string } `json:"audit_data"`
}

func auditJSON(text string, zone *time.Location) []FirewallHit {
	var out []FirewallHit
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, auditTail)
	for lines.Scan() {
		var e auditRecord
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue // the first one is cut off mostly
		}
		t := e.Transaction
		if t.Stamp == "" {
			h := FirewallHit{At: auditTime(t.Time, zone), From: t.RemoteAddress, Request: requestWithoutQuery(e.Request.Line), Host: hostOf(e.Request.Headers), Status: e.Response.Status}
			out = append(out, h.judged(e.Audit.Messages))
			continue
		}
		h := FirewallHit{At: auditTime(t.Stamp, zone), From: t.ClientIP, Request: requestWithoutQuery(t.Request.Method + " " + t.Request.URI), Host: hostOf(t.Request.Headers), Status: t.Response.Code}
		h.Passed = len(t.Messages) == 0 || h.Status < 400 || t.Producer.Engine != "Enabled" || t.Interrupted != nil && !*t.Interrupted
		for _, m := range t.Messages { // the last of them is the one that denied
			h.sees(m.Details.Rule, m.Message, rulePlace(m.Details.File, m.Details.Line))
		}
		out = append(out, h)
	}
	return out
}

func hostOf(headers map[string]any) string {
	for name, value := range headers {
		if text, ok := value.(string); ok && strings.EqualFold(name, "host") {
			return text
		}
	}
	return ""
}
