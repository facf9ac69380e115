package spool

import "waylight/internal/envelope"

// Refused says what is not taken at the moment, because the disk has no room for it.
type Refused string

// What can be refused. Files are refused first.
const (
	Nothing Refused = ""
	Files   Refused = "files"
	All     Refused = "all"
)

// Refuses says what is refused for want of room, for those who run the server and
// the Desk: people are told when they send, and nobody else would hear of it.
func (s *Spool) Refuses() (Refused, error) {
	free, err := s.chunks.Free()
	switch {
	case err != nil:
		return Nothing, err
	case free < s.least && !s.db.Shared():
		return All, nil
	case free < s.least*8+envelope.SealedChunkSize:
		return Files, nil
	}
	return Nothing, nil
}
