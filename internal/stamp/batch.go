package stamp

import (
	"crypto/sha256"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// A commitment stands for a content without telling it: SHA-256 over a tag, 32
// random bytes and the content's SHA-256. Who holds salt and content can show
// that they belong to it; nobody else can find out, not even by trying contents.
func Commit(salt, content [32]byte) [32]byte {
	b := make([]byte, 0, 96)
	b = append(b, "waylight/v1/commitment\n"...)
	b = append(append(b, salt[:]...), content[:]...)
	return sha256.Sum256(b)
}

// Batch is a list of commitments that are stamped with one token.
type Batch struct {
	Size   int64
	leaves [][32]byte
	hashes []tlog.Hash
}

// NewBatch makes the tree (RFC 6962) over commitments in their order.
func NewBatch(commitments [][32]byte) (*Batch, error) {
	b := &Batch{Size: int64(len(commitments)), leaves: commitments}
	for i, c := range commitments {
		more, err := tlog.StoredHashesForRecordHash(int64(i), tlog.RecordHash(c[:]), b)
		if err != nil {
			return nil, err
		}
		b.hashes = append(b.hashes, more...)
	}
	return b, nil
}

// ReadHashes implements tlog.HashReader.
func (b *Batch) ReadHashes(idx []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(idx))
	for i, x := range idx {
		if x < 0 || x >= int64(len(b.hashes)) {
			return nil, fmt.Errorf("stamp: no hash %d in the batch", x)
		}
		out[i] = b.hashes[x]
	}
	return out, nil
}

// Root is the tree's root.
func (b *Batch) Root() (tlog.Hash, error) { return tlog.TreeHash(b.Size, b) }

// Proof shows that the commitment at an index is in the batch: at most 64 hashes.
func (b *Batch) Proof(index int64) (tlog.RecordProof, error) {
	return tlog.ProveRecord(b.Size, index, b)
}

// Imprint is what the authority stamps: it sees neither how many things there
// are nor anything of one of them.
func Imprint(size int64, root tlog.Hash) [32]byte {
	return sha256.Sum256(fmt.Appendf(nil, "waylight/v1/stamped\n%d\n%s\n", size, root))
}

// InBatch checks that a commitment is the index-th of the batch with that root.
func InBatch(commitment [32]byte, index, size int64, root tlog.Hash, proof tlog.RecordProof) error {
	if err := tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(commitment[:])); err != nil {
		return refuse(WrongDigest, "the content is not in the list that was stamped")
	}
	return nil
}
