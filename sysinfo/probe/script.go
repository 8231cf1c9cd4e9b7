package probe

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"time"
)

// maxScript bounds what is read of one script's answer.
const maxScript = 256 << 10

// A Param is one variable of a FastCGI request: SCRIPT_FILENAME.
type Param struct{ Name, Value string }

// Stderr asks a FastCGI server for a page and gives what its script wrote to stderr, which is PHP's error log where none is set. The page
// itself is thrown away.
func Stderr(ctx context.Context, dial Dial, params []Param) (string, error) {
	c, err := dial(ctx)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if at, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(at); err != nil {
			return "", err
		}
	} else if err := c.SetDeadline(time.Now().Add(2 * time.Second)); err != nil {
		return "", err
	}
	if _, err := c.Write(scriptRequest(params)); err != nil {
		return "", err
	}
	return stderrOf(io.LimitReader(c, maxScript))
}

// Records of the FastCGI specification, chapter 8.
const (
	beginRequest = 1
	endRequest   = 3
	paramStream  = 4
	stdinStream  = 5
	stderrStream = 7
)

func scriptRequest(params []Param) []byte {
	var names bytes.Buffer
	for _, p := range params {
		for _, n := range []int{len(p.Name), len(p.Value)} {
			_ = binary.Write(&names, binary.BigEndian, uint32(n)|1<<31) // the long form of a length: 3.4
		}
		names.WriteString(p.Name + p.Value)
	}
	out := record(beginRequest, []byte{0, 1, 0, 0, 0, 0, 0, 0}) // a responder, and the connection ends with it
	out = append(out, record(paramStream, names.Bytes())...)
	out = append(out, record(paramStream, nil)...)
	return append(out, record(stdinStream, nil)...)
}

func record(kind byte, body []byte) []byte {
	body = body[:min(len(body), 0xffff)]
	return append([]byte{1, kind, 0, 1, byte(len(body) >> 8), byte(len(body)), 0, 0}, body...)
}

// stderrOf reads records up to the end of the request.
func stderrOf(r io.Reader) (string, error) {
	var said bytes.Buffer
	for {
		var head [8]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return said.String(), err
		}
		if head[0] != 1 || head[1] == endRequest {
			return said.String(), nil
		}
		into := io.Writer(io.Discard)
		if head[1] == stderrStream {
			into = &said
		}
		size := int64(binary.BigEndian.Uint16(head[4:]))
		if _, err := io.CopyN(into, r, size); err != nil {
			return said.String(), err
		}
		if _, err := io.CopyN(io.Discard, r, int64(head[6])); err != nil {
			return said.String(), err
		}
	}
}
