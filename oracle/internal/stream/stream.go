// Package stream cuts a YAML stream into its documents.
package stream

import (
	"bufio"
	"bytes"
	"io"
)

// Documents calls visit with each document that is more than white space, as soon as its end is read.
func Documents(input io.Reader, visit func(text []byte) error) error {
	reader := bufio.NewReaderSize(input, 1<<20)
	var text bytes.Buffer
	for {
		line, err := reader.ReadBytes('\n')
		ends := isSeparator(line)
		if !ends {
			text.Write(line)
		}
		if ends || err == io.EOF {
			if len(bytes.TrimSpace(text.Bytes())) > 0 {
				if err := visit(text.Bytes()); err != nil {
					return err
				}
			}
			text.Reset()
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// isSeparator says whether a line is `---`, alone or with a comment after it.
func isSeparator(line []byte) bool {
	rest, found := bytes.CutPrefix(line, []byte("---"))
	rest = bytes.TrimSpace(rest)
	return found && (len(rest) == 0 || rest[0] == '#')
}
