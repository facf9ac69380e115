package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
)

const (
	blobChunk  = 256 << 10
	blobSealed = blobChunk + 16
	// MaxBlob is the largest file that is taken, in bytes.
	MaxBlob = 2 << 30
)

// The errors of a blob that is not as it was written.
var (
	ErrAltered  = errors.New("vault: the sealed bytes were altered")
	ErrMissing  = errors.New("vault: the sealed bytes are missing")
	ErrTooLarge = errors.New("vault: more than 2 GiB in one file")
)

// Blob is one file as the vault seals it itself: AES-256-GCM under a key of its
// own, in chunks of one size; the last is padded, and marked, so that nothing can
// be cut off. Key, Size and SHA256 belong in a safe. Sums tell nothing about the
// content and let the sealed bytes be checked while every safe is closed.
type Blob struct {
	ID     string // names the folder
	Key    [32]byte
	Size   int64    // of the content, bytes
	SHA256 [32]byte // of the content
	Type   string   // media type, as sniffed from the first bytes
	Sums   []byte   // SHA-256 of each sealed chunk, 32 bytes each
}

// Seal reads a file to its end and keeps it sealed, durably. Memory: some chunks,
// whatever the size. The content is hashed as it comes, before anything else is
// done with it. A file that breaks off leaves nothing.
func (c *Chunks) Seal(r io.Reader) (b Blob, err error) {
	var id [16]byte
	rand.Read(id[:])
	rand.Read(b.Key[:])
	b.ID = hex.EncodeToString(id[:])
	folder, name, err := c.path(b.ID, 0)
	if err != nil {
		return Blob{}, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return Blob{}, err
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(folder) // what is left is sealed under a key that nobody has
		}
	}()
	tmp, err := os.CreateTemp(folder, ".new-*")
	if err != nil {
		return Blob{}, err
	}
	err = b.write(tmp, r)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return Blob{}, err
	}
	if err := os.Rename(tmp.Name(), name); err != nil {
		return Blob{}, err
	}
	for _, d := range []string{folder, filepath.Dir(folder), c.dir} {
		if err := syncDir(d); err != nil {
			return Blob{}, err
		}
	}
	return b, nil
}

// piece is one chunk on its way; the last may be short.
type piece struct {
	buf  []byte // room for a sealed chunk
	n    int
	last bool
	done chan struct{} // closed when the content was hashed
}

// write hashes in one goroutine and seals in this one; a third reads.
func (b *Blob) write(w io.Writer, r io.Reader) error {
	free := make(chan []byte, 4)
	for range cap(free) {
		free <- make([]byte, blobChunk, blobSealed)
	}
	pieces, hashing := make(chan piece, 4), make(chan piece, 4)
	stop := make(chan struct{})
	failed := make(chan error, 1)
	go func() {
		defer close(pieces)
		defer close(hashing)
		failed <- cut(r, free, stop, pieces, hashing)
	}()
	sum := sha256.New()
	hashed := make(chan struct{})
	go func() {
		defer close(hashed)
		for p := range hashing {
			sum.Write(p.buf[:p.n])
			close(p.done)
		}
	}()
	err := b.sealAll(w, pieces, free)
	close(stop)
	for p := range pieces { // after an error: let the reader end
		<-p.done
	}
	<-hashed
	if err := errors.Join(<-failed, err); err != nil {
		return err
	}
	b.SHA256 = [32]byte(sum.Sum(nil))
	return nil
}

// cut reads whole chunks and knows of each whether it is the last.
func cut(r io.Reader, free <-chan []byte, stop <-chan struct{}, sealing, hashing chan<- piece) error {
	var held *piece
	send := func(p piece) bool {
		p.done = make(chan struct{})
		for _, c := range []chan<- piece{sealing, hashing} {
			select {
			case c <- p:
			case <-stop:
				close(p.done) // the hasher does not get it any more
				return false
			}
		}
		return true
	}
	for total := int64(0); ; {
		var buf []byte
		select {
		case buf = <-free:
		case <-stop:
			return nil
		}
		n, err := fill(r, buf[:blobChunk])
		if err != nil && err != io.EOF { //nolint:errorlint // a wrapped EOF is a line that broke
			return err
		}
		if total += int64(n); total > MaxBlob {
			return ErrTooLarge
		}
		if held != nil && n > 0 && !send(*held) {
			return nil
		}
		if n > 0 || held == nil {
			held = &piece{buf: buf[:blobChunk], n: n}
		}
		if err != nil {
			held.last = true
			send(*held)
			return nil
		}
	}
}

// fill reads until buf is full or the content ends. It is not io.ReadFull, which
// answers a broken line (io.ErrUnexpectedEOF) and a short last part alike.
func fill(r io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var k int
		k, err = r.Read(buf[n:])
		n += k
	}
	return n, err
}

func (b *Blob) sealAll(w io.Writer, pieces <-chan piece, free chan<- []byte) error {
	aead, err := blobCipher(b.Key)
	if err != nil {
		return err
	}
	sealed := make([]byte, 0, blobSealed)
	index := uint64(0)
	for p := range pieces {
		if index == 0 {
			b.Type = http.DetectContentType(p.buf[:min(p.n, 512)])
		}
		if p.n < blobChunk {
			<-p.done // the hasher reads the same buffer
			clear(p.buf[p.n:])
		}
		nonce, data := blobNames(index, p.last)
		sealed = aead.Seal(sealed[:0], nonce, p.buf, data)
		sum := sha256.Sum256(sealed)
		if _, err := w.Write(sealed); err != nil {
			return err
		}
		b.Size += int64(p.n)
		b.Sums = append(b.Sums, sum[:]...)
		index++
		<-p.done
		free <- p.buf
	}
	return nil
}

func blobCipher(key [32]byte) (cipher.AEAD, error) {
	k, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(k)
}

// blobNames gives nonce and associated data: the key is one file's alone, so its
// chunks are told apart by their number.
func blobNames(index uint64, last bool) (nonce, data []byte) {
	nonce = make([]byte, 12)
	binary.BigEndian.PutUint64(nonce[4:], index)
	data = binary.BigEndian.AppendUint64([]byte("waylight/v1/blob\n"), index)
	if last {
		return nonce, append(data, 1)
	}
	return nonce, append(data, 0)
}

// Reader reads a blob's content from any place; every chunk is checked before a
// byte of it is given. It is for one goroutine.
type Reader struct {
	blob  Blob
	file  *os.File
	aead  cipher.AEAD
	at    int64
	index int64 // of the chunk in plain; -1: none
	plain []byte
}

// Open opens a blob's content. Close it.
func (c *Chunks) Open(b Blob) (*Reader, error) {
	_, name, err := c.path(b.ID, 0)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, err
	}
	aead, err := blobCipher(b.Key)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Reader{blob: b, file: f, aead: aead, index: -1}, nil
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	if r.at >= r.blob.Size {
		return 0, io.EOF
	}
	if i := r.at / blobChunk; i != r.index {
		if err := r.load(i); err != nil {
			return 0, err
		}
	}
	from := r.at - r.index*blobChunk
	to := min(int64(blobChunk), r.blob.Size-r.index*blobChunk)
	n := copy(p, r.plain[from:to])
	r.at += int64(n)
	return n, nil
}

func (r *Reader) load(i int64) error {
	chunks := int64(len(r.blob.Sums) / 32)
	if i >= chunks {
		return ErrAltered
	}
	sealed := make([]byte, blobSealed)
	if _, err := r.file.ReadAt(sealed, i*blobSealed); err != nil {
		return fmt.Errorf("%w: part %d of %d", ErrAltered, i+1, chunks)
	}
	if sum := sha256.Sum256(sealed); !bytes.Equal(sum[:], r.blob.Sums[i*32:i*32+32]) {
		return fmt.Errorf("%w: part %d of %d", ErrAltered, i+1, chunks)
	}
	nonce, data := blobNames(uint64(i), i == chunks-1)
	plain, err := r.aead.Open(sealed[:0], nonce, sealed, data)
	if err != nil {
		return fmt.Errorf("%w: part %d of %d", ErrAltered, i+1, chunks)
	}
	r.plain, r.index = plain, i
	return nil
}

// Seek implements io.Seeker.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.blob.Size
	}
	if offset < 0 {
		return 0, errors.New("vault: before the beginning")
	}
	r.at = offset
	return offset, nil
}

// Close implements io.Closer and forgets what was read.
func (r *Reader) Close() error {
	clear(r.plain)
	r.index, r.plain = -1, nil
	return r.file.Close()
}

// Check holds the sealed bytes against their sums, without a key: ErrMissing,
// ErrAltered with the part, nil, or trouble with the disk.
func (c *Chunks) Check(id string, sums []byte) error {
	_, name, err := c.path(id, 0)
	if err != nil {
		return err
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrMissing
	}
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	if st.Size() != int64(len(sums)/32)*blobSealed {
		return fmt.Errorf("%w: it has another length", ErrAltered)
	}
	buf := make([]byte, blobSealed)
	for i := 0; i < len(sums); i += 32 {
		if _, err := io.ReadFull(f, buf); err != nil {
			return err
		}
		if sum := sha256.Sum256(buf); !bytes.Equal(sum[:], sums[i:i+32]) {
			return fmt.Errorf("%w: part %d of %d", ErrAltered, i/32+1, len(sums)/32)
		}
	}
	return nil
}
