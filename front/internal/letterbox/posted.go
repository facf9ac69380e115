package letterbox

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strings"

	"waylight/front/internal/spool"
	"waylight/internal/envelope"
	"waylight/internal/fault"
	"waylight/internal/forms"
)

// Bounds of a posted form besides its files.
const (
	maxFields    = 200
	maxFieldsAll = 1 << 20 // bytes of all fields together
)

// posted is a form as it came in: what was typed, in memory, and the files,
// which were sealed while they came and lie in the spool.
type posted struct {
	values url.Values
	files  []envelope.File
	digest hash.Hash // of everything, to know a form that is sent twice
	// refused is why its files could not be kept. What was typed beside them was
	// read all the same, so that the page can show it again.
	refused error
}

// receive reads a posted form. Files are sealed chunk by chunk; no part of one
// is ever outside this memory unsealed. When it fails, drop has been done.
func (b *Box) receive(w http.ResponseWriter, r *http.Request) (*posted, error) {
	select { // wait for a place: nobody is turned away
	case b.room <- struct{}{}:
		defer func() { <-b.room }()
	case <-r.Context().Done():
		return nil, http.ErrAbortHandler
	}
	p := &posted{values: url.Values{}, digest: sha256.New()}
	body := http.MaxBytesReader(w, r.Body, b.MaxForm)
	err := b.parts(r.Header.Get("Content-Type"), body, p)
	if err == nil {
		p.digest.Write([]byte(p.values.Encode()))
		return p, nil
	}
	b.drop(detached(r), p)
	var big *http.MaxBytesError
	if errors.As(err, &big) || fault.KindOf(err) == fault.TooLarge {
		drain(r.Body) // a browser shows no answer while it is still sending
		return nil, spool.ErrTooLarge
	}
	return nil, err
}

// drain reads on for a while, so that the sender hears the answer.
func drain(body io.Reader) { io.CopyN(io.Discard, body, 64<<20) }

var errForm = fault.New(fault.Invalid, "This form did not arrive whole. Nothing was stored. Please go back and send it again.")

func (b *Box) parts(contentType string, body io.Reader, p *posted) error {
	kind, params, err := mime.ParseMediaType(contentType)
	switch {
	case err == nil && kind == "application/x-www-form-urlencoded":
		return b.plain(body, p)
	case err != nil || kind != "multipart/form-data" || params["boundary"] == "":
		return errForm
	}
	mr := multipart.NewReader(body, params["boundary"])
	total := 0
	for n := 0; ; n++ {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return broken(err)
		}
		if n == maxFields {
			return spool.ErrTooLarge
		}
		if part.FileName() != "" {
			if p.refused != nil {
				continue
			}
			var big *http.MaxBytesError
			if err := b.file(part, p); errors.Is(err, errForm) || errors.As(err, &big) {
				return err
			} else if err != nil {
				p.refused = err
			}
			continue
		}
		value, err := io.ReadAll(io.LimitReader(part, int64(maxFieldsAll-total)+1))
		if err != nil {
			return broken(err)
		}
		if total += len(value); total > maxFieldsAll {
			return spool.ErrTooLarge
		}
		if name := part.FormName(); name != "" && name != "file" {
			p.values.Add(name, string(value))
		}
	}
}

func (b *Box) plain(body io.Reader, p *posted) error {
	all, err := io.ReadAll(io.LimitReader(body, maxFieldsAll+1))
	if err != nil {
		return broken(err)
	}
	if len(all) > maxFieldsAll {
		return spool.ErrTooLarge
	}
	values, err := url.ParseQuery(string(all))
	if err != nil {
		return errForm
	}
	p.values = values
	return nil
}

func broken(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return err
	}
	return errForm
}

// file seals one file as it comes in.
func (b *Box) file(part *multipart.Part, p *posted) error {
	if len(p.files) == spool.MaxUploads {
		return spool.ErrTooLarge
	}
	voice := ""
	if part.FormName() == "voice" {
		voice = envelope.Voice
	}
	name, kind := clean(path.Base(part.FileName()), 255), clean(part.Header.Get("Content-Type"), 100)
	p.digest.Write([]byte(name + "\x00"))
	buf := make([]byte, envelope.ChunkSize)
	defer clear(buf)
	n, err := io.ReadFull(part, buf)
	switch {
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		p.hash(buf[:n], true)
		f := envelope.NewFile(name, kind, int64(n))
		f.Kind = voice
		p.files = append(p.files, f) // before the chunk, so that drop finds it
		return b.chunkOf(&p.files[len(p.files)-1], 0, buf[:n])
	case err != nil:
		return broken(err)
	}
	if err := b.longFile(part, p, name, kind, buf); err != nil {
		return err
	}
	p.files[len(p.files)-1].Kind = voice
	return nil
}

// longFile seals a file of more than one chunk. A chunk's seal covers how many
// there are, which is known only at the end; so each is first sealed under a
// passing key that never leaves this function, and sealed anew afterwards. Two
// chunks are in memory at any time.
func (b *Box) longFile(part *multipart.Part, p *posted, name, kind string, buf []byte) (err error) {
	passing := envelope.NewFile("", "", envelope.MaxFileSize)
	defer clear(passing.Key[:])
	passingID, err := spool.ParseID(passing.Upload)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Spool.DropChunks(context.Background(), passingID)) }()
	size := int64(0)
	for count, n, last := 0, len(buf), false; ; count++ {
		if count == len(passing.Chunks) {
			return spool.ErrTooLarge
		}
		p.hash(buf[:n], false)
		clear(buf[n:])
		sealed, sum, err := envelope.SealChunk(passing.Key, count, len(passing.Chunks), buf)
		if err != nil {
			return err
		}
		passing.Chunks[count] = sum
		if err := b.Spool.PutChunk(passingID, count, sealed); err != nil {
			return err
		}
		size += int64(n)
		if last {
			break
		}
		n, err = io.ReadFull(part, buf)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			last = true
		} else if err != nil {
			return broken(err)
		}
	}
	p.hash(nil, true)
	p.files = append(p.files, envelope.NewFile(name, kind, size))
	f := &p.files[len(p.files)-1]
	for i := range f.Chunks {
		sealed, err := b.Spool.Chunk(passingID, i)
		if err != nil {
			return err
		}
		plain, err := passing.OpenChunk(i, sealed)
		if err != nil {
			return err
		}
		err = b.chunkOf(f, i, plain[:min(size-int64(i)*envelope.ChunkSize, envelope.ChunkSize)])
		clear(plain)
		if err != nil {
			return err
		}
	}
	return nil
}

// hash adds a piece of a file to the form's digest; the end of a file is marked.
func (p *posted) hash(piece []byte, end bool) {
	p.digest.Write(binary.BigEndian.AppendUint32(nil, uint32(len(piece))))
	p.digest.Write(piece)
	if end {
		p.digest.Write(make([]byte, 4))
	}
}

func (b *Box) chunkOf(f *envelope.File, index int, plain []byte) error {
	sealed, sum, err := envelope.SealChunk(f.Key, index, len(f.Chunks), plain)
	if err != nil {
		return err
	}
	f.Chunks[index] = sum
	id, err := spool.ParseID(f.Upload)
	if err != nil {
		return err
	}
	return b.Spool.PutChunk(id, index, sealed)
}

// uploads names the chunks that lie in the spool.
func (p *posted) uploads() []spool.Upload {
	var all []spool.Upload
	for _, f := range p.files {
		if id, err := spool.ParseID(f.Upload); err == nil {
			all = append(all, spool.Upload{ID: id, Chunks: len(f.Chunks)})
		}
	}
	return all
}

// drop removes the chunks of a form that was not stored.
func (b *Box) drop(ctx context.Context, p *posted) {
	for _, u := range p.uploads() {
		if err := b.Spool.DropChunks(ctx, u.ID); err != nil {
			b.quiet(err) // Sweep takes them
		}
	}
}

// field gives a form's values to forms.Read.
func (p *posted) field() forms.Fields {
	return func(name string) []string { return p.values[name] }
}

// clean cuts a name that a browser sent to limit bytes of readable text.
func clean(s string, limit int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	for len(s) > limit {
		runes := []rune(s)
		s = string(runes[:len(runes)-1])
	}
	return s
}
