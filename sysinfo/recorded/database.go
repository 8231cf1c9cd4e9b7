package recorded

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"strconv"
	"strings"
)

// database notes how a database answers whoever comes: "mysql 1045 Access denied …", "postgres 53300 sorry, …",
// "postgres ok", "refused", "silent", or "closed" without a word.
func (m *Machine) database(w []string) error {
	if len(w) < 2 || len(w) < 3 && (w[1] == "mysql" || w[1] == "postgres") {
		return fmt.Errorf("what does %s say?", w[0])
	}
	m.stores[w[0]] = w[1:]
	return nil
}

// store is the near end of a connection to a recorded database.
func (m *Machine) store(ctx context.Context, w []string) (net.Conn, error) {
	switch w[0] {
	case "refused":
		return nil, refused
	case "silent":
		<-ctx.Done()
		return nil, ctx.Err()
	}
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		if w[0] == "closed" {
			return
		}
		if w[0] == "mysql" { // it speaks first
			_, _ = theirs.Write(mysqlError(w[1], strings.Join(w[2:], " ")))
			return
		}
		buf := make([]byte, 4096)
		for {
			if _, err := theirs.Read(buf); err != nil {
				return
			}
			answer := postgresError("FATAL", w[1], strings.Join(w[2:], " "))
			if w[1] == "ok" && buf[0] == 0 { // the startup packet: come in, and ask
				answer = append([]byte("R\x00\x00\x00\x08\x00\x00\x00\x00"), ready...)
			} else if w[1] == "ok" {
				answer = append(postgresError("ERROR", "42501", "permission denied"), ready...)
			}
			if _, err := theirs.Write(answer); err != nil {
				return
			}
		}
	}()
	return ours, nil
}

// ready is PostgreSQL's ReadyForQuery.
const ready = "Z\x00\x00\x00\x05I"

// mysqlError is an ERR packet of its protocol.
func mysqlError(number, text string) []byte {
	n, _ := strconv.Atoi(number) // not a number is 0, which no server says
	body := append([]byte{0xff, byte(n), byte(n >> 8)}, "#HY000"+text...)
	return append([]byte{byte(len(body)), byte(len(body) >> 8), 0, 0}, body...)
}

// postgresError is an ErrorResponse of its protocol.
func postgresError(severity, code, text string) []byte {
	body := "S" + severity + "\x00V" + severity + "\x00C" + code + "\x00M" + text + "\x00\x00"
	return append(append([]byte{'E'}, binary.BigEndian.AppendUint32(nil, uint32(len(body)+4))...), body...)
}
