package sender

import (
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"waylight/internal/bundle"
	"waylight/internal/effort"
	"waylight/internal/envelope"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/seal"
	"waylight/internal/wire"
)

// The errors of Prepare and Submit beside *Refused and ErrOffline.
var (
	ErrChannel    = errors.New("the Front has no such channel")
	ErrNotGenuine = errors.New("the channel's key is not signed by the expected organisation")
	ErrFile       = errors.New("an attached file was changed since the message was sealed")
)

// A Submission is one sealed message on its way. It can be kept as JSON and
// submitted again after a crash: it stays the same submission. It holds the
// files' keys, so whoever keeps it keeps it like the code.
type Submission struct {
	Envelope wire.Envelope `json:"envelope"`
	Files    []Attachment  `json:"files,omitempty"`
	Second   receipt.Code  `json:"-"` // of a report: opens harmless answers and tells the team
}

// Attachment is a file on this machine and its manifest.
type Attachment struct {
	Path     string        `json:"path"`
	Manifest envelope.File `json:"manifest"`
}

// Attach reads a file once and makes its manifest. The media type is left empty:
// the Desk looks for itself.
func Attach(path string) (Attachment, error) {
	f, err := os.Open(path)
	if err != nil {
		return Attachment{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Attachment{}, err
	}
	if info.Size() > envelope.MaxFileSize {
		return Attachment{}, envelope.ErrTooLarge
	}
	a := Attachment{Path: path, Manifest: envelope.NewFile(filepath.Base(path), "", info.Size())}
	for i := range a.Manifest.Chunks {
		if _, a.Manifest.Chunks[i], err = sealChunk(f, &a.Manifest, i); err != nil {
			return Attachment{}, err
		}
	}
	return a, nil
}

// sealChunk reads and seals one chunk of an open file.
func sealChunk(f *os.File, m *envelope.File, index int) ([]byte, envelope.Hash, error) {
	plain := make([]byte, min(m.Size-int64(index)*envelope.ChunkSize, envelope.ChunkSize))
	if _, err := io.ReadFull(io.NewSectionReader(f, int64(index)*envelope.ChunkSize, int64(len(plain))), plain); err != nil {
		return nil, envelope.Hash{}, ErrFile
	}
	return envelope.SealChunk(m.Key, index, len(m.Chunks), plain)
}

// Prepare seals a message to a channel. organisation is the fingerprint that
// the channel's key must be signed by, or empty to believe the Front. The
// message's Channel, Mailbox, Files and Via are set here.
func (f *Front) Prepare(ctx context.Context, channel, organisation string, code receipt.Code, m envelope.Message, files []Attachment) (*Submission, error) {
	published, err := f.Channels(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := genuine(published, channel, organisation)
	if err != nil {
		return nil, err
	}
	box, err := derive(code, published)
	if err != nil {
		return nil, err
	}
	s := &Submission{Files: files}
	m.Channel, m.Mailbox, m.Via, m.Files = channel, box.Address(), envelope.Command, nil
	boxes := []mailbox.Keys{box}
	if m.Kind == envelope.Report {
		s.Second = receipt.New()
		second, err := derive(s.Second, published)
		if err != nil {
			return nil, err
		}
		m.Second, boxes = second.Second(), append(boxes, second)
		slices.SortFunc(boxes, func(a, b mailbox.Keys) int { return strings.Compare(a.ID().String(), b.ID().String()) })
	}
	var uploads []wire.UploadRef
	for _, a := range files {
		m.Files = append(m.Files, a.Manifest)
		uploads = append(uploads, wire.UploadRef{ID: a.Manifest.Upload, Chunks: len(a.Manifest.Chunks)})
	}
	plain, err := m.Encode()
	if err != nil {
		return nil, err
	}
	sealed, err := seal.To(keys.Recipient, plain)
	if err != nil {
		return nil, err
	}
	id := envelope.NewID()
	signed := func(k mailbox.Keys) []byte { return k.Sign(mailbox.FollowUp, wire.SubmissionParts(id, sealed)...) }
	s.Envelope = wire.Envelope{
		ID: id, Channel: channel, Mailbox: boxes[0].ID().String(), SignKey: boxes[0].Public(), Signature: signed(boxes[0]), Uploads: uploads, Sealed: sealed,
	}
	if len(boxes) == 2 {
		s.Envelope.Beside = &wire.Beside{Mailbox: boxes[1].ID().String(), SignKey: boxes[1].Public(), Signature: signed(boxes[1])}
	}
	return s, nil
}

// genuine verifies the channel's key bundle.
func genuine(published wire.Channels, channel, organisation string) (bundle.Keys, error) {
	for _, c := range published.Channels {
		if c.ID != channel {
			continue
		}
		keys, err := bundle.OpenKeys([]byte(c.Keys), c.OrganisationKey)
		if err != nil || keys.Channel != channel || (organisation != "" && !bundle.Matches(c.OrganisationKey, organisation)) {
			return bundle.Keys{}, ErrNotGenuine
		}
		return keys, nil
	}
	return bundle.Keys{}, ErrChannel
}

func derive(code receipt.Code, published wire.Channels) (mailbox.Keys, error) {
	var salt mailbox.Salt
	if copy(salt[:], published.Salt) != len(salt) || len(published.Salt) != len(salt) {
		return mailbox.Keys{}, &Refused{Code: wire.BadRequest}
	}
	return mailbox.Derive(code, salt), nil
}

// Submit uploads what the Front does not have yet and posts the envelope. When
// it returns nil, the Front holds text and files on its disk. It may be called
// again with the same Submission at any time.
func (f *Front) Submit(ctx context.Context, s *Submission) error {
	for attempt := 0; ; attempt++ {
		if err := f.upload(ctx, s); err != nil {
			return err
		}
		var stored wire.Stored
		err := f.post(ctx, &s.Envelope, &stored)
		var refused *Refused
		if errors.As(err, &refused) && refused.Code == wire.MissingChunks && attempt < 3 {
			continue
		}
		if err == nil && !stored.Stored {
			return &Refused{Code: wire.BadRequest}
		}
		return err
	}
}

// post submits the envelope and does the work that the Front may ask for. A
// task can run out on a slow line, and then there is another.
func (f *Front) post(ctx context.Context, e *wire.Envelope, stored *wire.Stored) error {
	for tasks := 0; ; tasks++ {
		err := f.call(ctx, "POST", wire.PathEnvelopes, e, stored)
		var asked *toil
		if !errors.As(err, &asked) {
			return err
		}
		if tasks == maxTasks {
			return ErrOffline
		}
		if asked.work.Answer, err = effort.Solve(ctx, asked.work.Task, asked.work.Bits); err != nil {
			return err
		}
		e.Work = &asked.work
	}
}

// maxTasks bounds what is believed of a Front that always asks for more.
const maxTasks = 5

func (f *Front) upload(ctx context.Context, s *Submission) error {
	for i := range s.Files {
		a := &s.Files[i]
		var there wire.Upload
		if err := f.call(ctx, "GET", strings.Replace(wire.PathUpload, "{upload}", a.Manifest.Upload, 1)+"?channel="+url.QueryEscape(s.Envelope.Channel), nil, &there); err != nil {
			return err
		}
		have := map[int]bool{}
		for _, index := range there.Have {
			have[index] = true
		}
		if err := f.uploadFile(ctx, a, have); err != nil {
			return err
		}
	}
	return nil
}

func (f *Front) uploadFile(ctx context.Context, a *Attachment, have map[int]bool) error {
	file, err := os.Open(a.Path)
	if err != nil {
		return err
	}
	defer file.Close()
	for index := range a.Manifest.Chunks {
		if have[index] {
			continue
		}
		sealed, hash, err := sealChunk(file, &a.Manifest, index)
		if err != nil || hash != a.Manifest.Chunks[index] {
			return ErrFile
		}
		path := strings.NewReplacer("{upload}", a.Manifest.Upload, "{index}", strconv.Itoa(index)).Replace(wire.PathChunk)
		if err := f.call(ctx, "PUT", path, sealed, nil); err != nil {
			return err
		}
	}
	return nil
}
