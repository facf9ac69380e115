package capture

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha1" //nolint:gosec // archives of the web carry it; it is compared, not trusted
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"net/textproto"
	"strconv"
	"strings"

	"waylight/desk/internal/evidence"
	"waylight/desk/internal/staff"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// Bringing is what a person says about a capture that was made elsewhere.
type Bringing struct {
	ID, Item           string
	Name               string // of the file, as it was called
	Address            string // of the page, if it is known
	When               clock.Day
	Tool, Description  string
	Graphic, Sensitive bool
}

// Inside is what a brought file says of itself, and whether its own checksums hold.
type Inside struct {
	Kind    Kind     `json:"kind"`
	Pages   []string `json:"pages,omitempty"` // addresses, at most maxPages
	Entries int      `json:"entries"`         // records of a WARC, files of a WACZ
	Right   int      `json:"right"`           // checksums that hold
	Wrong   int      `json:"wrong"`
	Cut     bool     `json:"cut,omitempty"` // it ends in the middle, or only its beginning was looked at
}

// How far a brought file is looked into.
const (
	maxPages   = 20
	maxEntries = 20000
	maxLooked  = 1 << 30 // bytes, unpacked
)

var errUnknownKind = fault.Bad("file", "This is no WACZ, WARC, MHTML or HTML file. Keep it among the files of the item.")

// Bring keeps a capture that was made elsewhere, as it came. The same form again
// keeps nothing more.
func (k *Keeper) Bring(ctx context.Context, by staff.Actor, b Bringing, r io.Reader) (c Capture, err error) {
	if err := by.Must(staff.Documenter); err != nil {
		return c, err
	}
	var check fault.Check
	check.Field(ids.Valid("capture", b.ID), "", "This form is not from here. Load the page again.")
	check.Field(strings.TrimSpace(b.Description) != "", "description", "Say what it shows. A colleague must be able to decide whether to look.")
	if err := check.Err(); err != nil {
		return c, err
	}
	begin := bufio.NewReaderSize(r, 64<<10)
	head, err := begin.Peek(8 << 10)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return c, err
	}
	kind, mediaType := recognise(head)
	if kind == "" {
		return c, errUnknownKind
	}
	held, err := k.Locker.Hold(begin)
	if err != nil {
		return c, err
	}
	fresh := false
	defer func() {
		if err != nil || !fresh {
			err = errors.Join(err, k.Locker.Vault.Remove(held.ID))
		}
	}()
	content, err := k.Locker.Vault.Open(held)
	if err != nil {
		return c, err
	}
	inside, err := look(kind, content, held.Size)
	err = errors.Join(err, content.Close())
	if err != nil {
		return c, err
	}
	c, first, err := k.begin(ctx, by, Capture{ID: b.ID, Item: b.Item, Way: Brought, State: Taking})
	if err != nil || !first {
		return c, err
	}
	how := "captured elsewhere"
	if b.Tool != "" {
		how += ", with " + b.Tool
	}
	in := evidence.In{Name: b.Name, Type: mediaType, Description: b.Description, Graphic: b.Graphic, Sensitive: b.Sensitive, URL: b.Address, How: how}
	err = k.Within(ctx, func(tx Store) error {
		var f evidence.File
		if f, fresh, err = k.Locker.ReceiveIn(ctx, tx, by, c.Item, evidence.Held{In: in, Blob: held}); err != nil {
			return err
		}
		x := Facts{Asked: b.Address, Tool: b.Tool, When: string(b.When), Type: mediaType, Inside: inside, Parts: []Part{{kind, f.ID}}}
		return k.end(ctx, tx, by, &c, f, x)
	})
	if err != nil {
		return c, errors.Join(err, k.fail(ctx, by, c))
	}
	if k.Kept != nil {
		k.Kept()
	}
	return c, nil
}

// recognise tells the kind of a file by how it begins.
func recognise(head []byte) (Kind, string) {
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	has := func(s string) bool { return bytes.Contains(text, []byte(s)) }
	switch {
	case bytes.HasPrefix(head, []byte("WARC/1.")), bytes.HasPrefix(head, []byte("WARC/0.")):
		return Traffic, "application/warc"
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		z, err := gzip.NewReader(bytes.NewReader(head))
		if err != nil {
			return "", ""
		}
		first := make([]byte, 5)
		if _, err := io.ReadFull(z, first); err != nil || string(first) != "WARC/" {
			return "", ""
		}
		return Traffic, "application/warc+gzip"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return Packed, "application/wacz" // looked into when it is here
	case !bytes.HasPrefix(text, []byte("<")) && has("mime-version:") && (has("multipart/related") || has("text/html")):
		return Single, "multipart/related"
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")), bytes.HasPrefix(text, []byte("<!--")) && has("<html"), bytes.HasPrefix(text, []byte("<?xml")) && has("<html"):
		return Page, "text/html; charset=utf-8"
	}
	return "", ""
}

// look looks into a file as far as its kind allows.
func look(kind Kind, r io.ReadSeeker, size int64) (*Inside, error) {
	in := &Inside{Kind: kind}
	switch kind {
	case Traffic:
		in.warc(bufio.NewReader(r))
	case Packed:
		z, err := zip.NewReader(&at{r}, size)
		if err != nil {
			return nil, fault.Bad("file", "The file is a zip that cannot be read to its end. Bring it again whole.")
		}
		return in, in.wacz(z)
	case Single:
		in.mhtml(bufio.NewReader(r))
	}
	return in, nil
}

// at reads at a place of what can be sought in; zip asks one after another.
type at struct{ io.ReadSeeker }

func (a *at) ReadAt(p []byte, off int64) (int, error) {
	if _, err := a.Seek(off, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(a.ReadSeeker, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

func (in *Inside) page(address string) {
	address = strings.Trim(address, "<> \t")
	if address != "" && len(in.Pages) < maxPages && len(address) < 2000 {
		in.Pages = append(in.Pages, address)
	}
}

// warc reads the records of a WARC, packed or not, and checks their digests.
func (in *Inside) warc(r *bufio.Reader) {
	if magic, err := r.Peek(2); err == nil && string(magic) == "\x1f\x8b" {
		z, err := gzip.NewReader(r)
		if err != nil {
			in.Cut = true
			return
		}
		r = bufio.NewReader(z)
	}
	limited := &io.LimitedReader{R: r, N: maxLooked}
	b := bufio.NewReader(limited)
	for in.Entries < maxEntries {
		for { // between two records stand empty lines
			c, err := b.Peek(1)
			if err != nil {
				in.Cut = in.Cut || limited.N <= 0 || !errors.Is(err, io.EOF)
				return
			}
			if c[0] != '\r' && c[0] != '\n' {
				break
			}
			b.Discard(1) //nolint:errcheck // it was seen
		}
		line, err := b.ReadString('\n')
		if err != nil || !strings.HasPrefix(line, "WARC/") {
			in.Cut = true
			return
		}
		head, err := textproto.NewReader(b).ReadMIMEHeader()
		n, bad := strconv.ParseInt(strings.TrimSpace(head.Get("Content-Length")), 10, 64)
		if err != nil || bad != nil || n < 0 {
			in.Cut = true
			return
		}
		in.Entries++
		if head.Get("Warc-Type") == "response" {
			in.page(head.Get("Warc-Target-Uri"))
		}
		sum, want := digest(head.Get("Warc-Block-Digest"))
		if m, err := io.Copy(sum, io.LimitReader(b, n)); err != nil || m != n {
			in.Cut = true
			return
		}
		in.compare(sum, want)
	}
	in.Cut = true
}

// digest is the hash that a label names and the value that it should give; nil when there is none.
func digest(label string) (hash.Hash, []byte) {
	name, value, _ := strings.Cut(strings.TrimSpace(label), ":")
	var h hash.Hash
	switch strings.ToLower(strings.ReplaceAll(name, "-", "")) {
	case "sha1":
		h = sha1.New() //nolint:gosec // as above
	case "sha256":
		h = sha256.New()
	default:
		return sha256.New(), nil
	}
	if b, err := hex.DecodeString(value); err == nil && len(b) == h.Size() {
		return h, b
	}
	if b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(strings.TrimRight(value, "="))); err == nil && len(b) == h.Size() {
		return h, b
	}
	return h, nil
}

func (in *Inside) compare(h hash.Hash, want []byte) {
	switch {
	case want == nil:
	case bytes.Equal(h.Sum(nil), want):
		in.Right++
	default:
		in.Wrong++
	}
}

// wacz reads what a WACZ says of its files (datapackage.json) and of its pages.
func (in *Inside) wacz(z *zip.Reader) error {
	list, err := z.Open("datapackage.json")
	if err != nil {
		return errUnknownKind
	}
	defer list.Close()
	var pack struct {
		MainPageURL string `json:"mainPageUrl"`
		Resources   []struct {
			Path, Hash string
		} `json:"resources"`
	}
	if err := json.NewDecoder(io.LimitReader(list, 8<<20)).Decode(&pack); err != nil {
		return fault.Bad("file", "The list of files in this WACZ (datapackage.json) cannot be read. Bring it again whole.")
	}
	in.page(pack.MainPageURL)
	in.Entries = len(pack.Resources)
	left := int64(maxLooked)
	for i, res := range pack.Resources {
		if i >= maxEntries || left <= 0 {
			in.Cut = true
			return nil
		}
		sum, want := digest(res.Hash)
		if want == nil {
			continue
		}
		f, err := z.Open(res.Path)
		if err != nil {
			in.Wrong++ // it is named and not there
			continue
		}
		n, err := io.Copy(sum, io.LimitReader(f, left))
		f.Close() //nolint:errcheck // it was read
		if left -= n; left <= 0 {
			in.Cut = true
			return nil
		}
		if err != nil {
			in.Wrong++
			continue
		}
		in.compare(sum, want)
	}
	return nil
}

// mhtml reads the head of a page in one file: which address it says that it shows.
func (in *Inside) mhtml(r *bufio.Reader) {
	head, err := textproto.NewReader(bufio.NewReader(io.LimitReader(r, 64<<10))).ReadMIMEHeader()
	if err != nil && len(head) == 0 {
		in.Cut = true
		return
	}
	in.page(head.Get("Snapshot-Content-Location"))
	in.Entries = 1
}
