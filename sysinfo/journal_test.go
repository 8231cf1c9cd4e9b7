package sysinfo

import (
	"testing"
	"time"
)

func TestParseJournal(t *testing.T) {
	const head = `{"__REALTIME_TIMESTAMP":"1795350170123456","_BOOT_ID":"5f5c","_PID":"812","SYSLOG_IDENTIFIER":"php-fpm8.2",`
	for _, tt := range []struct{ name, in, text, unit string }{
		{"a string", head + `"MESSAGE":"ready","_SYSTEMD_UNIT":"php8.2-fpm.service"}`, "ready", "php8.2-fpm.service"},
		{"what systemd says of a unit", head + `"MESSAGE":"Started x.","UNIT":"x.service","_SYSTEMD_UNIT":"init.scope"}`, "Started x.", "x.service"},
		{"bytes, when it is no UTF-8 or has an escape in it", head + `"MESSAGE":[27,91,51,49,109,195,40]}`, "\x1b[31m\xc3(", ""},
		{"a repeated field", head + `"MESSAGE":["first","second"]}`, "first", ""},
		{"a repeated field of bytes", head + `"MESSAGE":[[104,105],"second"]}`, "hi", ""},
		{"null, when it was too long", head + `"MESSAGE":null}`, "", ""},
		{"no message", head + `"PRIORITY":"6"}`, "", ""},
		{"a number out of range is no crash", head + `"MESSAGE":[300,104]}`, ",h", ""},
		{"a line that is no JSON", `-- No entries --`, "", ""},
		{"a line cut short", `{"MESSAGE":"x`, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := parseJournal([]byte(tt.in + "\n"))
			if tt.text == "" {
				if len(got) != 0 {
					t.Errorf("got %+v, want nothing", got)
				}
				return
			}
			if len(got) != 1 {
				t.Fatalf("got %d lines, want 1", len(got))
			}
			want := JournalLine{Time: time.UnixMicro(1795350170123456), Unit: tt.unit, Ident: "php-fpm8.2", PID: 812, Boot: "5f5c", Text: tt.text}
			if got[0] != want {
				t.Errorf("got  %+v\nwant %+v", got[0], want)
			}
		})
	}
}

func TestJournalKeepsTheOrder(t *testing.T) {
	got := parseJournal([]byte("{\"MESSAGE\":\"a\"}\n\n{\"MESSAGE\":\"b\"}\n{\"MESSAGE\":\"c\"}"))
	if len(got) != 3 || got[0].Text+got[1].Text+got[2].Text != "abc" {
		t.Errorf("got %+v", got)
	}
}

func TestTheLastLinesOfAJournalComeAsTheyWereSaid(t *testing.T) {
	at := func(n int64) JournalLine { return JournalLine{Time: time.UnixMicro(n)} }
	for _, in := range [][]JournalLine{{at(3), at(2), at(2), at(1)}, {at(1), at(2), at(2), at(3)}} {
		if got := oldestFirst(in); got[0] != at(1) || got[3] != at(3) {
			t.Errorf("got %+v", got)
		}
	}
}
