package lookout

import (
	"crypto/ed25519"
	"strconv"

	"waylight/internal/bundle"
)

// published is an organisation's key log as the Front shows it.
type published struct {
	Notes      []string `json:"notes"`
	Checkpoint string   `json:"checkpoint"`
}

// log checks each organisation's key log: the organisation signed its state, the
// entries are the signed ones, nothing that was seen before has gone or changed,
// and every key in use stands in it.
func (l *look) log() error {
	for id, key := range l.keys {
		var p published
		if err := l.json(pathLog+id, &p); err != nil {
			return err
		}
		l.entries(id, key, p.Notes)
		signed, err := bundle.OpenCheckpoint(p.Checkpoint, key)
		if err != nil {
			l.find("key log", "its state is not signed by the organisation")
			l.remembered(id, key, nil, p)
			continue
		}
		if !signed.Covers(p.Notes) {
			l.find("key log", "an entry is missing or was altered: it does not give the signed root of %d entries", signed.Size)
		}
		l.remembered(id, key, &signed, p)
		for name, note := range l.current {
			if name[:32] == id && !contains(p.Notes, signed.Size, note) {
				l.find("key log", "the key in use of %s does not stand in the signed part of it", name[33:])
			}
		}
	}
	return nil
}

func contains(notes []string, signed int64, note string) bool {
	for i, n := range notes {
		if n == note && int64(i) < signed {
			return true
		}
	}
	return false
}

// entries must be signed, and no serial of a channel may stand for two keys.
func (l *look) entries(id string, key ed25519.PublicKey, notes []string) {
	serials := map[string]string{}
	for i, note := range notes {
		keys, err := bundle.OpenKeys([]byte(note), key)
		if err != nil {
			l.find("key log", "entry %d is not signed by the organisation", i)
			continue
		}
		serial := keys.Channel + " " + strconv.FormatUint(keys.Serial, 10)
		if old, ok := serials[serial]; ok && old != note {
			l.find("key log", "two keys of %s have the serial %d: some senders may have been given another one", keys.Channel, keys.Serial)
		}
		serials[serial] = note
	}
}

// remembered compares with the checkpoint of the last look. An old one and a new
// one that disagree are proof, signed, that two logs were shown.
func (l *look) remembered(id string, key ed25519.PublicKey, now *bundle.Checkpoint, p published) {
	text := l.expected.Seen.Logs[id]
	if now != nil {
		l.Seen.Logs[id] = p.Checkpoint
	}
	if text == "" {
		return
	}
	before, err := bundle.OpenCheckpoint(text, key)
	switch {
	case err != nil:
		l.find("key log", "the remembered checkpoint is not the organisation's: is this the right file?")
	case now != nil && now.Size < before.Size || int64(len(p.Notes)) < before.Size:
		l.find("key log", "rolled back: %d entries were signed at the last look, and now there are fewer", before.Size)
	case !before.Covers(p.Notes):
		l.find("key log", "forked: it is not a continuation of the log of the last look. Keep the remembered checkpoint: it is evidence")
	default:
		return
	}
	l.Seen.Logs[id] = text
}
