package i18n

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/leonelquinteros/gotext/plurals"
)

// file is one parsed PO file.
type file struct {
	plural   plurals.Expression
	count    int
	messages []message
}

// message is one entry: the key, its English plural if it has one, its forms.
type message struct {
	id, idPlural string
	forms        []string
	where        string // file:line
}

var pluralHeader = regexp.MustCompile(`nplurals=(\d+); *plural=([^;]+);`)

// readPO reads the subset of PO that we write: comments, msgid, msgid_plural,
// msgstr, msgstr[n], continued strings. Everything else is an error.
func readPO(name, text string) (file, error) {
	r := &reader{name: name}
	for i, line := range strings.Split(text, "\n") {
		r.line = i + 1
		if err := r.take(strings.TrimSpace(line)); err != nil {
			return file{}, fmt.Errorf("%s:%d: %w", name, r.line, err)
		}
	}
	if err := r.flush(); err != nil {
		return file{}, fmt.Errorf("%s:%d: %w", name, r.line, err)
	}
	if r.out.plural == nil {
		return file{}, fmt.Errorf("%s: the header says no Plural-Forms", name)
	}
	return r.out, nil
}

type reader struct {
	name  string
	line  int
	fuzzy bool
	open  bool    // a message is being read
	cur   message // the message being read
	put   func(string)
	out   file
	seen  map[string]bool
}

func (r *reader) take(line string) error {
	switch {
	case line == "":
		return r.flush()
	case strings.HasPrefix(line, "#~"):
		return errors.New("an obsolete entry: delete it")
	case strings.HasPrefix(line, "#,"):
		r.fuzzy = r.fuzzy || strings.Contains(line, "fuzzy")
		return nil
	case strings.HasPrefix(line, "#"):
		return nil
	case strings.HasPrefix(line, `"`):
		if r.put == nil {
			return errors.New("a string belongs to nothing")
		}
		return r.text(line)
	}
	word, rest, _ := strings.Cut(line, " ")
	if err := r.begin(word); err != nil {
		return err
	}
	return r.text(strings.TrimSpace(rest))
}

// begin starts a keyword; text that follows goes where it says.
func (r *reader) begin(word string) error {
	switch {
	case word == "msgid":
		if err := r.flush(); err != nil {
			return err
		}
		r.open = true
		r.cur = message{where: fmt.Sprintf("%s:%d", r.name, r.line)}
		r.put = func(s string) { r.cur.id += s }
	case word == "msgid_plural":
		r.put = func(s string) { r.cur.idPlural += s }
	case word == "msgstr" || strings.HasPrefix(word, "msgstr["):
		want := "msgstr"
		if r.cur.idPlural != "" {
			want = fmt.Sprintf("msgstr[%d]", len(r.cur.forms))
		}
		if word != want {
			return fmt.Errorf("%s where %s was due", word, want)
		}
		n := len(r.cur.forms)
		r.cur.forms = append(r.cur.forms, "")
		r.put = func(s string) { r.cur.forms[n] += s }
	default:
		return fmt.Errorf("%q is not understood", word)
	}
	return nil
}

func (r *reader) text(quoted string) error {
	s, err := strconv.Unquote(quoted)
	if err != nil {
		return fmt.Errorf("%s is not a quoted string", quoted)
	}
	r.put(s)
	return nil
}

// flush ends the message being read.
func (r *reader) flush() error {
	if !r.open {
		return nil
	}
	m, fuzzy := r.cur, r.fuzzy
	r.open, r.fuzzy, r.put, r.cur = false, false, nil, message{}
	if m.id == "" {
		return r.header(m)
	}
	if fuzzy {
		return fmt.Errorf("%q is fuzzy: a person must confirm it", m.id)
	}
	if r.seen == nil {
		r.seen = map[string]bool{}
	}
	if r.seen[m.id] {
		return fmt.Errorf("%q stands here twice", m.id)
	}
	r.seen[m.id] = true
	r.out.messages = append(r.out.messages, m)
	return nil
}

func (r *reader) header(m message) error {
	if len(m.forms) != 1 {
		return errors.New("the header is empty")
	}
	p := pluralHeader.FindStringSubmatch(m.forms[0])
	if p == nil {
		return errors.New("the header says no Plural-Forms")
	}
	n, err := strconv.Atoi(p[1])
	if err != nil {
		return err
	}
	e, err := plurals.Compile(p[2])
	if err != nil {
		return fmt.Errorf("Plural-Forms: %w", err)
	}
	r.out.plural, r.out.count = e, n
	return nil
}

// verb finds Printf's placeholders.
var verb = regexp.MustCompile(`%(\[\d+\])?[-+#0]*\d*(\.\d+)?[a-zA-Z]`)

// placeholders lists what a sentence expects, in an order that translations may change only by index.
func placeholders(s string) []string {
	found := verb.FindAllString(strings.ReplaceAll(s, "%%", ""), -1)
	for i, v := range found {
		if !strings.Contains(v, "[") {
			found[i] = fmt.Sprintf("%%[%d]%s", i+1, v[1:])
		}
	}
	slices.Sort(found)
	return found
}

// check compares a message's forms with its key.
func (m message) check(count int) error {
	want := placeholders(m.id)
	forms := 1
	if m.idPlural != "" {
		forms = count
		if !slices.Equal(placeholders(m.idPlural), want) {
			return fmt.Errorf("%q: its plural has other placeholders", m.id)
		}
	}
	if len(m.forms) != forms {
		return fmt.Errorf("%q has %d forms, the language needs %d", m.id, len(m.forms), forms)
	}
	for _, f := range m.forms {
		if f == "" {
			return fmt.Errorf("%q is not translated", m.id)
		}
		if !slices.Equal(placeholders(f), want) {
			return fmt.Errorf("%q: the translation has the placeholders %v, the key %v", m.id, placeholders(f), want)
		}
	}
	return nil
}
