package scenario

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Error is one thing wrong with a file.
type Error struct {
	Line int    // 1 is the first
	Path string // "claims[2].value"; "" for the whole file
	Text string // what is wrong and what to do
}

func (e Error) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("line %d: %s", e.Line, e.Text)
	}
	return fmt.Sprintf("line %d, %s: %s", e.Line, e.Path, e.Text)
}

// Errors are all that is wrong with a file, in its order. It is never empty.
type Errors []Error

func (es Errors) Error() string {
	var b bytes.Buffer
	for i, e := range es {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(e.Error())
	}
	return b.String()
}

// kind of a JSON value.
type kind string

const (
	object  kind = "an object"
	list    kind = "a list"
	text    kind = "text"
	number  kind = "a number"
	boolean kind = "true or false"
	null    kind = "null"
)

// node is a JSON value that knows where it stands.
type node struct {
	kind    kind
	line    int
	text    string // of text and number
	truth   bool
	items   []node
	members []member
}

type member struct {
	name string
	line int
	node node
}

// limits keep a hostile file from taking the machine with it.
const (
	maxBytes = 16 << 20
	maxDepth = 32
)

type parser struct {
	dec    *json.Decoder
	data   []byte
	line   int // of offset at
	at     int64
	errors Errors
}

func parse(data []byte) (node, Errors) {
	if len(data) > maxBytes {
		return node{}, Errors{{Line: 1, Text: "The file is larger than 16 MiB. Split it."}}
	}
	if !utf8.Valid(data) {
		return node{}, Errors{{Line: 1, Text: "The file is not UTF-8 text. Save it again as UTF-8."}}
	}
	p := &parser{dec: json.NewDecoder(bytes.NewReader(data)), data: data, line: 1}
	p.dec.UseNumber()
	n, err := p.value("", 0)
	if err == nil {
		if _, end := p.dec.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("there is more after the end of the document")
		}
	}
	if err != nil {
		return node{}, append(p.errors, Error{Line: 1 + bytes.Count(data[:p.dec.InputOffset()], []byte("\n")), Text: "The file is not valid JSON: " + plain(err) + ". Mend this place first; the rest is read after that."})
	}
	return n, p.errors
}

func plain(err error) string {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "it ends too early"
	}
	return err.Error()
}

// here returns the line on which the next value begins.
func (p *parser) here() int {
	end := p.dec.InputOffset()
	for parted := false; int(end) < len(p.data); end++ {
		if c := p.data[end]; c == ',' || c == ':' {
			if parted {
				break // two in a row
			}
			parted = true
		} else if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			break
		}
	}
	p.line += bytes.Count(p.data[p.at:end], []byte("\n"))
	p.at = end
	return p.line
}

func (p *parser) value(path string, depth int) (node, error) {
	line := p.here()
	t, err := p.dec.Token()
	if err != nil {
		return node{}, err
	}
	switch v := t.(type) {
	case json.Delim:
		if depth == maxDepth {
			return node{}, errors.New("it is nested too deeply")
		}
		if v == '{' {
			return p.object(node{kind: object, line: line}, path, depth+1)
		}
		return p.list(node{kind: list, line: line}, path, depth+1)
	case string:
		return node{kind: text, line: line, text: v}, nil
	case json.Number:
		return node{kind: number, line: line, text: v.String()}, nil
	case bool:
		return node{kind: boolean, line: line, truth: v}, nil
	}
	return node{kind: null, line: line}, nil
}

func (p *parser) object(n node, path string, depth int) (node, error) {
	seen := map[string]bool{}
	for p.dec.More() {
		line := p.here()
		t, err := p.dec.Token()
		if err != nil {
			return node{}, err
		}
		name, ok := t.(string)
		if !ok {
			return node{}, errors.New("a field's name must be text")
		}
		at := join(path, name)
		v, err := p.value(at, depth)
		if err != nil {
			return node{}, err
		}
		if seen[name] {
			p.errors = append(p.errors, Error{Line: line, Path: at, Text: "This field stands here twice. Remove one."})
			continue
		}
		seen[name] = true
		n.members = append(n.members, member{name, line, v})
	}
	_, err := p.dec.Token()
	return n, err
}

func (p *parser) list(n node, path string, depth int) (node, error) {
	for p.dec.More() {
		v, err := p.value(fmt.Sprintf("%s[%d]", path, len(n.items)), depth)
		if err != nil {
			return node{}, err
		}
		n.items = append(n.items, v)
	}
	_, err := p.dec.Token()
	return n, err
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
