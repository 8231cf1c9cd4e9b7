package sysinfo

import (
	"strings"
	"testing"
	"time"
)

// What ModSecurity 2.9.7 with the core rules 3.3.4 wrote, shortened; of 3 as its own source writes it.
const (
	auditSerial = `--9146750b-A--
[29/Nov/2026:21:51:18.596466 +0000] awyeVv0zAqY2xnF3zd5rWAAAAAA 203.0.113.9 35936 127.0.0.1 80
--9146750b-B--
GET /cart?q=1%20union%20select&token=s3cret HTTP/1.1
Host: shop.test
User-Agent: curl/7.88.1

--9146750b-C--
password=hidden
--11111111-Z--
--9146750b-F--
HTTP/1.1 403 Forbidden

--9146750b-H--
Message: Warning. detected SQLi [file "/usr/share/modsecurity-crs/rules/REQUEST-942-APPLICATION-ATTACK-SQLI.conf"] [line "66"] [id "942100"] [msg "SQL Injection"] [data "Matched Data: union select"]
Message: Access denied with code 403 (phase 2). Operator GE matched 5 at TX:anomaly_score. [file "/usr/share/modsecurity-crs/rules/REQUEST-949-BLOCKING-EVALUATION.conf"] [line "94"] [id "949110"] [msg "Inbound Anomaly Score Exceeded (Total Score: 20)"]
Message: Warning. Operator GE matched 5 at TX:inbound_anomaly_score. [id "980130"] [msg "Inbound"]
Action: Intercepted (phase 2)

--9146750b-Z--
`
	auditSerial3 = `---wGZtBJ7K---A--
[29/Nov/2026:21:51:18 +0000] 179598907859.034150 203.0.113.9 35936 127.0.0.1 80
---wGZtBJ7K---B--
GET /cart?token=s3cret HTTP/1.1
Host: shop.test
---wGZtBJ7K---F--
HTTP/1.1 403
---wGZtBJ7K---H--
ModSecurity: Warning. detected SQLi [id "942100"]
ModSecurity: Access denied with code 403 (phase 2). Matched "Operator Ge" [file "/usr/share/modsecurity-crs/rules/REQUEST-949-BLOCKING-EVALUATION.conf"] [line "94"] [id "949110"] [msg "Inbound Anomaly Score Exceeded (Total Score: 20)"]
---wGZtBJ7K---Z--
`
	auditJSON2  = `{"transaction":{"time":"29/Nov/2026:21:51:18.436947 +0000","remote_address":"203.0.113.9"},"request":{"request_line":"GET /cart?token=s3cret HTTP/1.1","headers":{"Host":"shop.test"}},"response":{"status":403},"audit_data":{"messages":["Warning. detected SQLi [id \"942100\"]","Access denied with code 403 (phase 2). [file \"/usr/share/modsecurity-crs/rules/REQUEST-949-BLOCKING-EVALUATION.conf\"] [line \"94\"] [id \"949110\"] [msg \"Inbound Anomaly Score Exceeded (Total Score: 20)\"]"]}}` + "\n"
	auditJSON3  = `{"transaction":{"client_ip":"203.0.113.9","time_stamp":"Sun Nov 29 21:51:18 2026","request":{"method":"GET","uri":"/cart?token=s3cret","headers":{"Host":"shop.test"}},"response":{"http_code":403},"producer":{"secrules_engine":"Enabled"},"messages":[{"message":"SQL Injection","details":{"ruleId":"942100","file":"x","lineNumber":"1"}},{"message":"Inbound Anomaly Score Exceeded (Total Score: 20)","details":{"ruleId":"949110","file":"/usr/share/modsecurity-crs/rules/REQUEST-949-BLOCKING-EVALUATION.conf","lineNumber":"94"}}]}}` + "\n"
	auditWarned = `--aa-A--
[29/Nov/2026:21:51:18 +0000] x 203.0.113.9 1 127.0.0.1 80
--aa-B--
GET / HTTP/1.1
--aa-F--
HTTP/1.1 404 Not Found
--aa-H--
Message: Warning. detected SQLi [id "942100"]
--aa-Z--
`
)

func TestAuditEntries(t *testing.T) {
	for name, text := range map[string]string{"serial": auditSerial, "serial of 3": auditSerial3, "JSON": auditJSON2, "JSON of 3": auditJSON3, "cut off": "tail of another\n" + auditSerial} {
		all := auditEntries(text, time.UTC)
		if len(all) != 1 {
			t.Errorf("%s: %d entries: %+v", name, len(all), all)
			continue
		}
		h := all[0]
		if h.Passed || h.Rules != "949110" || h.Request != "GET /cart" || h.Host != "shop.test" || h.Status != 403 || h.From != "203.0.113.9" || strings.Join(h.Saw, " ") != "942100" ||
			h.Why != "Inbound Anomaly Score Exceeded (Total Score: 20)" || h.Where.Line != 94 || !h.At.Truncate(time.Second).Equal(time.Date(2026, 11, 29, 21, 51, 18, 0, time.UTC)) {
			t.Errorf("%s: %+v", name, h)
		}
	}
	if all := auditEntries(auditWarned, time.UTC); len(all) != 1 || !all[0].Passed {
		t.Errorf("only noted: %+v", all)
	}
}

func TestAuditIndex(t *testing.T) {
	m := auditIndex.FindStringSubmatch(`shop.test 127.0.0.1 - - [29/Nov/2026:21:53:58.600971 +0000] "GET /cart?q=1 HTTP/1.1" 403 314 "-" "-" awye9oRjZoYNh50sqSz7KAAAAAo "-" /www-data/20261129/20261129-2153/20261129-215358-awye9oRjZoYNh50sqSz7KAAAAAo 0 9359 md5:63666303e8b09d6ef0522fa2739a28b9 `)
	if m == nil || m[2] != "403" || m[3] != "/www-data/20261129/20261129-2153/20261129-215358-awye9oRjZoYNh50sqSz7KAAAAAo" {
		t.Errorf("index: %q", m)
	}
}
