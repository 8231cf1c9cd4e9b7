package errlog

import (
	"io"
	"iter"
	"strings"
)

// Backward gives the lines of a file from the last to the first, with the offset each begins at. It reads only as
// far as the caller goes on asking, so the end of a log of 100 GB costs what the end of a small one costs.
func Backward(r io.ReaderAt, size int64) iter.Seq2[int64, string] {
	return func(yield func(int64, string) bool) {
		buf := make([]byte, piece/4)
		tail := "" // the end of a line whose beginning is not read yet
		for at := size; at > 0; {
			from := max(0, at-int64(len(buf)))
			n, err := r.ReadAt(buf[:at-from], from)
			if n < int(at-from) && err != nil {
				return
			}
			text := string(buf[:n]) + tail
			at = from
			for {
				i := strings.LastIndexByte(text, '\n')
				if i < 0 {
					break
				}
				if line := text[i+1:]; line != "" && !yield(from+int64(i)+1, line) {
					return
				}
				text = text[:i]
			}
			tail = text
			if len(tail) > piece && at > 0 {
				tail = tail[:longest] // an endless line keeps a part
			}
		}
		if tail != "" {
			yield(0, tail)
		}
	}
}
