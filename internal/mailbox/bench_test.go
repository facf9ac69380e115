package mailbox_test

import (
	"testing"

	"waylight/internal/envelope"
	"waylight/internal/mailbox"
	"waylight/internal/receipt"
	"waylight/internal/seal"
)

func BenchmarkDerive(b *testing.B) {
	c := receipt.New()
	for b.Loop() {
		_ = mailbox.Derive(c, mailbox.Salt{1}).Recipient()
	}
}

func BenchmarkSealAndOpen(b *testing.B) {
	k := mailbox.Derive(receipt.New(), mailbox.Salt{1})
	for b.Loop() {
		p, err := envelope.Message{Kind: envelope.Reply, Text: "Мы прочитали."}.Encode()
		if err != nil {
			b.Fatal(err)
		}
		sealed, err := seal.To(k.Recipient(), p)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := k.Open(sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSealChunk(b *testing.B) {
	plain := make([]byte, envelope.ChunkSize)
	key := envelope.NewFile("", "", envelope.ChunkSize).Key
	b.SetBytes(envelope.ChunkSize)
	for b.Loop() {
		if _, _, err := envelope.SealChunk(key, 0, 1, plain); err != nil {
			b.Fatal(err)
		}
	}
}
