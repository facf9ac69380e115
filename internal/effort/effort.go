// Package effort is the work that the Front asks of strangers while somebody
// floods it: a number that is found by trying and checked at once.
//
// The Front keeps nothing: a task carries its own end and difficulty under the
// Front's key and belongs to one submission only. To use it twice is to send the
// same submission twice, which changes nothing. It imports the standard library;
// sender and Front share it, the page's script does the same.
package effort

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"math/bits"
	"time"
)

// Most is the highest difficulty that is ever asked, in bits: some seconds on a
// slow phone whose browser does not compile scripts.
const Most = 14

// lasts is how long a task may be solved: a slow device on a slow line must manage.
const lasts = 15 * time.Minute

const (
	head = 9 // end in seconds, bits
	size = head + sha256.Size
)

const tag = "waylight/v1/effort\n"

// Task makes the task for one submission; subject stands for its identifier and content.
func Task(key [32]byte, now time.Time, difficulty int, subject [32]byte) []byte {
	t := binary.BigEndian.AppendUint64(nil, uint64(now.Add(lasts).Unix()))
	t = append(t, byte(difficulty))
	return append(t, sum(key, t, subject)...)
}

func sum(key [32]byte, head []byte, subject [32]byte) []byte {
	h := hmac.New(sha256.New, key[:])
	h.Write([]byte(tag))
	h.Write(head)
	h.Write(subject[:])
	return h.Sum(nil)
}

// Done reports whether answer solves a task of this Front for this submission.
func Done(key [32]byte, now time.Time, subject [32]byte, task, answer []byte) bool {
	if len(task) != size || len(answer) != 8 || !hmac.Equal(task[head:], sum(key, task[:head], subject)) {
		return false
	}
	return now.Unix() <= int64(binary.BigEndian.Uint64(task)) && zeros(task, answer) >= int(task[head-1])
}

// zeros counts the zero bits at the beginning of the hash.
func zeros(task, answer []byte) int {
	h := sha256.New()
	h.Write(task)
	h.Write(answer)
	return bits.LeadingZeros64(binary.BigEndian.Uint64(h.Sum(nil)))
}

// errTooMuch means that no Front of ours would ask for so much.
var errTooMuch = errors.New("the Front asks for more work than it may")

// Solve finds the answer to a task, or returns ctx's error. A difficulty above
// Most is not worked on.
func Solve(ctx context.Context, task []byte, difficulty int) ([]byte, error) {
	if difficulty > Most {
		return nil, errTooMuch
	}
	answer := make([]byte, 8)
	for n := uint64(0); ; n++ {
		binary.BigEndian.PutUint64(answer, n)
		if zeros(task, answer) >= difficulty {
			return answer, nil
		}
		if n%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}
