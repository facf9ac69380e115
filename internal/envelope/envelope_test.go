package envelope_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waylight/internal/envelope"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := envelope.Message{
			Version: envelope.Version,
			Kind:    rapid.SampledFrom([]envelope.Kind{envelope.Report, envelope.FollowUp, envelope.Reply, envelope.ReadMark, envelope.Erased}).Draw(t, "kind"),
			Channel: rapid.StringMatching(`[a-z]{1,12}`).Draw(t, "channel"),
			Text:    rapid.String().Draw(t, "text"),
			Via:     envelope.PageScript,
		}
		for range rapid.IntRange(0, 4).Draw(t, "answers") {
			m.Answers = append(m.Answers, envelope.Answer{
				Question: rapid.StringMatching(`[a-z-]{1,8}`).Draw(t, "q"),
				Values:   rapid.SliceOfN(rapid.String(), 1, 3).Draw(t, "values"),
				Words:    rapid.String().Draw(t, "words"), Later: rapid.Bool().Draw(t, "later"),
			})
		}
		p, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if envelope.SizeClass(len(p)) != len(p) {
			t.Fatalf("%d bytes are no size class", len(p))
		}
		got, err := envelope.Decode(p)
		if err != nil || !reflect.DeepEqual(got, m) {
			t.Fatalf("did not come back: %v", err)
		}
	})
}

// The words come back byte for byte, whatever they are.
func TestWordsAreNotChanged(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " \r\n\t ", "<b>&amp;</b>", "\u2028\u2029\ufeff", "\x00\x01\x7f", "а\u0301 نص 🕯️", strings.Repeat("ы", envelope.MaxText/2)} {
		p, err := envelope.Message{Kind: envelope.Report, Text: text}.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if m, err := envelope.Decode(p); err != nil || m.Text != text {
			t.Errorf("%.20q came back as %.20q, %v", text, m.Text, err)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	t.Parallel()
	file := envelope.NewFile("a", "", 1)
	short := file
	short.Chunks = nil
	for name, c := range map[string]struct {
		m    envelope.Message
		want error
	}{
		"no kind":        {envelope.Message{}, envelope.ErrKind},
		"other version":  {envelope.Message{Version: 2, Kind: envelope.Report}, envelope.ErrVersion},
		"not UTF-8":      {envelope.Message{Kind: envelope.Report, Text: "a\xff"}, envelope.ErrText},
		"text too long":  {envelope.Message{Kind: envelope.Report, Text: strings.Repeat("a", envelope.MaxText+1)}, envelope.ErrTooLarge},
		"words too long": {envelope.Message{Kind: envelope.Report, Answers: []envelope.Answer{{Words: strings.Repeat("a", envelope.MaxText)}, {Words: "a"}}}, envelope.ErrTooLarge},
		"many files":     {envelope.Message{Kind: envelope.Report, Files: make([]envelope.File, envelope.MaxFiles+1)}, envelope.ErrTooLarge},
		"chunks missing": {envelope.Message{Kind: envelope.Report, Files: []envelope.File{short}}, envelope.ErrFile},
	} {
		if _, err := c.m.Encode(); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

// padded writes body as Encode would, for bodies that Encode refuses.
func padded(body string) envelope.Plaintext {
	p := make(envelope.Plaintext, envelope.SizeClass(4+len(body)))
	binary.BigEndian.PutUint32(p, uint32(len(body)))
	copy(p[4:], body)
	return p
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	good := `{"v":1,"kind":"report","channel":"help"}`
	if _, err := envelope.Decode(padded(good)); err != nil {
		t.Fatal(err)
	}
	if m, err := envelope.Decode(padded(`{"v":1,"kind":"report","channel":"help","new-field":[1]}`)); err != nil || m.Channel != "help" {
		t.Errorf("a field of later times is refused: %v", err)
	}
	if m, err := envelope.Decode(padded(`{"v":1,"kind":"report","text":"a","files":[{"size":5}]}`)); err != nil || m.Text != "a" {
		t.Errorf("a wrong manifest hides the words: %v", err)
	} else if _, err := m.Files[0].OpenChunk(0, nil); !errors.Is(err, envelope.ErrChunk) {
		t.Errorf("a wrong manifest opens: %v", err)
	}
	dirty := padded(good)
	dirty[len(dirty)-1] = 1
	long := padded(good)
	binary.BigEndian.PutUint32(long, uint32(len(long)))
	huge := padded(good)
	binary.BigEndian.PutUint32(huge, 1<<32-1)
	for name, c := range map[string]struct {
		p    envelope.Plaintext
		want error
	}{
		"nothing":           {nil, envelope.ErrPadding},
		"short":             {padded(good)[:4095], envelope.ErrPadding},
		"a class too large": {append(padded(good), make([]byte, 4096)...), envelope.ErrPadding},
		"padding not zero":  {dirty, envelope.ErrPadding},
		"length too long":   {long, envelope.ErrPadding},
		"length huge":       {huge, envelope.ErrTooLarge},
		"version 2":         {padded(`{"v":2,"kind":"report"}`), envelope.ErrVersion},
		"no version":        {padded(`{"kind":"report"}`), envelope.ErrVersion},
		"unknown kind":      {padded(`{"v":1,"kind":"order"}`), envelope.ErrKind},
		"trailing garbage":  {padded(good + "x"), envelope.ErrJSON},
		"two objects":       {padded(good + good), envelope.ErrJSON},
		"not JSON":          {padded("hello"), envelope.ErrJSON},
		"empty":             {padded(""), envelope.ErrJSON},
		"not UTF-8":         {padded("{\"v\":1,\"kind\":\"report\",\"text\":\"\xff\"}"), envelope.ErrJSON},
		"bad key":           {padded(`{"v":1,"kind":"report","files":[{"key":"AAAA"}]}`), envelope.ErrJSON},
	} {
		if _, err := envelope.Decode(c.p); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

func TestSizeClass(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 64<<20).Draw(t, "n")
		c := envelope.SizeClass(n)
		switch {
		case c < n || c < 4096:
			t.Fatalf("SizeClass(%d) = %d is too small", n, c)
		case n > 4096 && float64(c-n) > 0.12*float64(n):
			t.Fatalf("SizeClass(%d) = %d wastes more than 12 %%", n, c)
		case envelope.SizeClass(c) != c:
			t.Fatalf("a class is not its own class: %d", c)
		case n > 0 && envelope.SizeClass(n-1) > c:
			t.Fatalf("classes go down at %d", n)
		}
		class, ok := envelope.Class(envelope.SealedSize(c))
		if !ok || class != c {
			t.Fatalf("Class(SealedSize(%d)) = %d, %v", c, class, ok)
		}
		if _, ok := envelope.Class(envelope.SealedSize(c) + 1); ok {
			t.Fatalf("one byte more than class %d is taken for a class", c)
		}
	})
	classes := map[int]bool{}
	for n := range 1 << 20 {
		classes[envelope.SizeClass(n)] = true
	}
	if len(classes) != 193 { // as measured in design 6, section 10
		t.Errorf("%d classes up to 1 MiB", len(classes))
	}
}

type chunkVectors struct {
	SizeClasses [][2]int `json:"size_classes"`
	Chunks      struct {
		Key    envelope.Key
		Total  int
		Chunks []struct {
			SHA256     envelope.Hash
			SealedHead string `json:"sealed_head"`
			SealedTail string `json:"sealed_tail"`
		}
	}
}

func TestVectors(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/formats/vectors/envelope.json")
	if err != nil {
		t.Fatal(err)
	}
	var v chunkVectors
	if err := json.Unmarshal(text, &v); err != nil || len(v.SizeClasses) < 10 || len(v.Chunks.Chunks) != 2 {
		t.Fatalf("vectors: %v", err)
	}
	for _, c := range v.SizeClasses {
		if got := envelope.SizeClass(c[0]); got != c[1] {
			t.Errorf("SizeClass(%d) = %d, want %d", c[0], got, c[1])
		}
	}
	plain := [][]byte{bytes.Repeat([]byte("waylight"), envelope.ChunkSize/8), []byte("the end")}
	for i, c := range v.Chunks.Chunks {
		sealed, hash, err := envelope.SealChunk(v.Chunks.Key, i, v.Chunks.Total, plain[i])
		if err != nil || hash != c.SHA256 || hex.EncodeToString(sealed[:32]) != c.SealedHead || hex.EncodeToString(sealed[len(sealed)-16:]) != c.SealedTail {
			t.Errorf("chunk %d differs: %v", i, err)
		}
	}
}

// sealFile seals content and returns the manifest and the chunks.
func sealFile(t *testing.T, content []byte) (envelope.File, [][]byte) {
	t.Helper()
	f := envelope.NewFile("a.bin", "", int64(len(content)))
	chunks := make([][]byte, len(f.Chunks))
	for i := range chunks {
		end := min(len(content), (i+1)*envelope.ChunkSize)
		var err error
		if chunks[i], f.Chunks[i], err = envelope.SealChunk(f.Key, i, len(chunks), content[i*envelope.ChunkSize:end]); err != nil {
			t.Fatal(err)
		}
		if len(chunks[i]) != envelope.SealedChunkSize {
			t.Fatalf("chunk %d has %d bytes", i, len(chunks[i]))
		}
	}
	return f, chunks
}

func TestChunks(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, envelope.ChunkSize - 1, envelope.ChunkSize, envelope.ChunkSize + 1, 3*envelope.ChunkSize - 7} {
		content := bytes.Repeat([]byte{1, 2, 3}, size/3+1)[:size]
		f, chunks := sealFile(t, content)
		var got []byte
		for i, c := range chunks {
			plain, err := f.OpenChunk(i, c)
			if err != nil {
				t.Fatalf("%d bytes, chunk %d: %v", size, i, err)
			}
			got = append(got, plain...)
		}
		if !bytes.Equal(got, content) {
			t.Errorf("%d bytes did not come back", size)
		}
	}
}

func TestOpenChunkRefuses(t *testing.T) {
	t.Parallel()
	f, chunks := sealFile(t, make([]byte, 2*envelope.ChunkSize))
	other, _ := sealFile(t, make([]byte, 2*envelope.ChunkSize))
	altered := append([]byte(nil), chunks[0]...)
	altered[100] ^= 1
	swapped := f // a manifest whose hashes fit but whose order was changed
	swapped.Chunks = []envelope.Hash{f.Chunks[1], f.Chunks[0]}
	cut := f // a manifest that says the file ends earlier
	cut.Size, cut.Chunks = envelope.ChunkSize, f.Chunks[:1]
	wrongKey := f
	wrongKey.Key = other.Key
	for name, open := range map[string]func() ([]byte, error){
		"altered":       func() ([]byte, error) { return f.OpenChunk(0, altered) },
		"other place":   func() ([]byte, error) { return f.OpenChunk(1, chunks[0]) },
		"moved":         func() ([]byte, error) { return swapped.OpenChunk(0, chunks[1]) },
		"file cut":      func() ([]byte, error) { return cut.OpenChunk(0, chunks[0]) },
		"wrong key":     func() ([]byte, error) { return wrongKey.OpenChunk(0, chunks[0]) },
		"no such chunk": func() ([]byte, error) { return f.OpenChunk(2, chunks[0]) },
		"short":         func() ([]byte, error) { return f.OpenChunk(0, chunks[0][:100]) },
	} {
		if _, err := open(); !errors.Is(err, envelope.ErrChunk) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := envelope.SealChunk(f.Key, 0, 2, []byte("short")); !errors.Is(err, envelope.ErrChunk) {
		t.Errorf("a short chunk that is not the last: %v", err)
	}
}

// What a writer says of a file arrives; a reader takes words of later times too.
func TestFileMarks(t *testing.T) {
	t.Parallel()
	cleaned, original, voice := envelope.NewFile("a", "", 1), envelope.NewFile("b", "", 1), envelope.NewFile("c", "", 1)
	cleaned.State, original.State, original.Of, voice.Kind = envelope.Cleaned, envelope.Original, cleaned.Upload, envelope.Voice
	m := envelope.Message{Kind: envelope.Report, Files: []envelope.File{cleaned, original, voice}}
	p, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := envelope.Decode(p); err != nil || !reflect.DeepEqual(got.Files, m.Files) {
		t.Errorf("the marks did not come back: %v", err)
	}
	for _, f := range []envelope.File{{State: "clean"}, {Kind: "film"}, {Of: "a.jpg"}} {
		wrong := envelope.NewFile("a", "", 1)
		wrong.State, wrong.Kind, wrong.Of = f.State, f.Kind, f.Of
		if _, err := (envelope.Message{Kind: envelope.Report, Files: []envelope.File{wrong}}).Encode(); !errors.Is(err, envelope.ErrFile) {
			t.Errorf("%q, %q, %q: %v", f.State, f.Kind, f.Of, err)
		}
	}
	f, chunks := sealFile(t, []byte("later times"))
	f.State, f.Kind = "of later times", "of later times"
	if plain, err := f.OpenChunk(0, chunks[0]); err != nil || string(plain) != "later times" {
		t.Errorf("a file with an unknown mark does not open: %v", err)
	}
}

func TestPlaintextDoesNotPrint(t *testing.T) {
	t.Parallel()
	m := envelope.Message{Kind: envelope.Report, Text: "geheim"}
	p, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	f := envelope.NewFile("geheim", "", 1)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q"} {
		s := fmt.Sprintf(verb, m) + fmt.Sprintf(verb, p) + fmt.Sprintf(verb, f.Key)
		if strings.Contains(s, "geheim") || strings.Contains(s, hex.EncodeToString([]byte("geheim"))) || strings.Contains(s, fmt.Sprint(f.Key[0], " ", f.Key[1])) {
			t.Errorf("%s prints what is inside", verb)
		}
	}
}

func FuzzDecode(f *testing.F) {
	p, err := envelope.Message{Kind: envelope.Report, Text: "a", Files: []envelope.File{envelope.NewFile("n", "t", 3)}}.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(p))
	f.Add([]byte(padded(`{"v":1,"kind":"reply"}`)))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := envelope.Decode(b)
		if err != nil {
			return
		}
		again, err := m.Encode()
		if errors.Is(err, envelope.ErrTooLarge) || errors.Is(err, envelope.ErrFile) {
			return // limits of the writer only
		}
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if m2, err := envelope.Decode(again); err != nil || !reflect.DeepEqual(m, m2) {
			t.Fatalf("what was written reads otherwise: %v", err)
		}
	})
}
