package envelope

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"unicode/utf8"
)

// The sizes of a file's chunks. Every chunk has the same size, so that a chunk
// at rest tells nothing but that it is one; the last is filled with zeros.
const (
	ChunkSize       = 256 << 10      // bytes of plaintext
	SealedChunkSize = ChunkSize + 16 // bytes of what is uploaded
	MaxFileSize     = 2 << 30        // bytes of one file
)

// ErrChunk means that a chunk is not the one that the manifest names: altered,
// exchanged, of another file or of another size.
var ErrChunk = errors.New("envelope: chunk does not open")

// File is the manifest of one attached file; it travels inside the envelope.
// The chunks travel beside it under the upload's identifier.
type File struct {
	Upload    string `json:"upload"` // 32 lower-case hex digits, chosen by the sender
	Name      string `json:"name,omitempty"`
	Type      string `json:"type,omitempty"` // media type as the sender's device named it
	Size      int64  `json:"size"`           // bytes before sealing
	Key       Key    `json:"key"`
	ChunkSize int    `json:"chunk_size"` // plaintext bytes per chunk
	Chunks    []Hash `json:"chunks"`     // SHA-256 of each sealed chunk, in order

	Kind  string `json:"kind,omitempty"`  // Voice, or empty
	State State  `json:"state,omitempty"` // what was done to it before it was sealed; empty: nobody looked
	Of    string `json:"of,omitempty"`    // of an Original: Upload of its cleaned twin
}

// Voice is the Kind of a spoken message.
const Voice = "voice"

// State says in which state the sender chose to send a file. A reader takes one
// that it does not know for "nobody looked".
type State string

// The states of a file.
const (
	Cleaned  State = "cleaned"  // what the page found in it beside its content was taken out
	Original State = "original" // untouched; its cleaned twin came with it
	AsIs     State = "as-is"    // untouched, after the sender was told what it gives away, as far as could be known
)

// NewFile starts the manifest of a file with a fresh key and upload identifier;
// SealChunk's hashes go to Chunks.
func NewFile(name, mediaType string, size int64) File {
	f := File{Name: name, Type: mediaType, Size: size, ChunkSize: ChunkSize, Upload: NewID()}
	rand.Read(f.Key[:])
	f.Chunks = make([]Hash, ChunkCount(size))
	return f
}

// NewID returns the random identifier of an upload or an envelope: 32 lower-case
// hex digits. The sender chooses it, so that a repeated submission is recognised.
func NewID() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// ValidID reports whether s has the form of an upload, envelope or mailbox identifier.
func ValidID(s string) bool {
	if len(s) != 32 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// ChunkCount is the number of chunks of a file of size bytes; an empty file has one.
func ChunkCount(size int64) int {
	return int(max(1, (size+ChunkSize-1)/ChunkSize))
}

func (f *File) check() error {
	if !utf8.ValidString(f.Name) || !utf8.ValidString(f.Type) {
		return ErrText
	}
	if len(f.Name) > 1024 || len(f.Type) > 256 || f.Size > MaxFileSize {
		return ErrTooLarge
	}
	if f.ChunkSize != ChunkSize || !ValidID(f.Upload) || f.Size < 0 || len(f.Chunks) != ChunkCount(f.Size) {
		return ErrFile
	}
	return nil
}

// marks checks what a writer may say of a file; a reader opens it whatever stands there.
func (f *File) marks() error {
	if !slices.Contains([]string{"", Voice}, f.Kind) || !slices.Contains([]State{"", Cleaned, Original, AsIs}, f.State) || f.Of != "" && !ValidID(f.Of) {
		return ErrFile
	}
	return nil
}

// SealChunk encrypts chunk index of total with AES-256-GCM. plain holds at most
// ChunkSize bytes, and fewer only in the last chunk. It returns the sealed chunk
// of SealedChunkSize bytes and its hash for the manifest. A key serves one file
// once: two contents under one key and index would break both.
func SealChunk(key Key, index, total int, plain []byte) ([]byte, Hash, error) {
	if index < 0 || index >= total || len(plain) > ChunkSize || (index < total-1 && len(plain) != ChunkSize) {
		return nil, Hash{}, ErrChunk
	}
	padded := make([]byte, ChunkSize, SealedChunkSize)
	copy(padded, plain)
	nonce, data := chunkNames(index, total)
	sealed := gcm(key).Seal(padded[:0], nonce, padded, data)
	return sealed, sha256.Sum256(sealed), nil
}

// OpenChunk opens one chunk of f and cuts the filling off the last one. The
// error is ErrChunk.
func (f *File) OpenChunk(index int, sealed []byte) ([]byte, error) {
	if f.check() != nil || index < 0 || index >= len(f.Chunks) ||
		len(sealed) != SealedChunkSize || sha256.Sum256(sealed) != f.Chunks[index] {
		return nil, ErrChunk
	}
	nonce, data := chunkNames(index, len(f.Chunks))
	plain, err := gcm(f.Key).Open(nil, nonce, sealed, data)
	if err != nil {
		return nil, ErrChunk
	}
	end := min(f.Size-int64(index)*ChunkSize, ChunkSize)
	for _, b := range plain[end:] {
		if b != 0 {
			return nil, ErrChunk
		}
	}
	return plain[:end], nil
}

// chunkNames returns the nonce (the index) and the associated data (index and
// total), so that a chunk cannot be moved and the file not cut short.
func chunkNames(index, total int) (nonce, data []byte) {
	nonce = make([]byte, 12)
	binary.BigEndian.PutUint64(nonce[4:], uint64(index))
	data = binary.BigEndian.AppendUint64(nil, uint64(index))
	return nonce, binary.BigEndian.AppendUint64(data, uint64(total))
}

func gcm(key Key) cipher.AEAD {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // a key of 32 bytes is never refused
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return aead
}
