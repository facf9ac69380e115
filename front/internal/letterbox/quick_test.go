package letterbox

import (
	"encoding/json"
	"reflect"
	"testing"

	"waylight/internal/wire"
)

// What is read by hand is what encoding/json reads, whatever the bytes; what
// senders write is read by hand.
func FuzzReadEnvelope(f *testing.F) {
	whole := wire.Envelope{
		ID: "00112233445566778899aabbccddeeff", Channel: "help", Mailbox: "ff112233445566778899aabbccddeeff",
		SignKey: make([]byte, 32), Signature: make([]byte, 64), Uploads: []wire.UploadRef{{ID: "a", Chunks: 3}, {ID: "b", Chunks: 0}}, Sealed: []byte("age-encryption.org/v1\n"),
	}
	for _, e := range []wire.Envelope{whole, {}, {ID: "é"}, {Work: &wire.Work{Task: []byte{1}}}} {
		text, err := json.Marshal(e)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		if _, ok := quickEnvelope(text); ok != (e.ID == whole.ID || e.ID == "" && e.Work == nil) {
			f.Errorf("read by hand: %v: %s", ok, text)
		}
	}
	for _, text := range []string{
		`{"id":"a","id":"b"}`, `{"ID":"a"}`, `{"id":null}`, `{"sealed":"YQ"}`, `{"sealed":"YQ=="}x`, `{"uploads":[]}`, `{"uploads":[{"id":"a","chunks":01}]}`,
		`{"uploads":[{"id":"a","chunks":1},]}`, `{"id":"a",}`, `{"id":"\u0041"}`, `{ "id" : "a" }`, "{\"id\":\"a\"}\n", "{\"sealed\":\"YQ\n==\"}", `{}`, ``, `{"uploads":null}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, ok := quickEnvelope(body)
		if !ok {
			return
		}
		var want wire.Envelope
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatalf("taken, though it is no JSON of this shape: %v", err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("read %+v instead of %+v", got, want)
		}
	})
}
