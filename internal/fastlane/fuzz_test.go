package fastlane_test

import (
	"sync/atomic"
	"testing"
)

// FuzzLane sends whatever to a lane and to net/http alone, over real lines, cut
// at any place: both must answer with the same bytes and end the line alike.
func FuzzLane(f *testing.F) {
	var asked atomic.Int64
	h := site(&asked)
	lane, _ := open(f, h, ready(f, h), generous)
	alone := bare(f, h)
	for i, a := range plainly {
		f.Add([]byte(a), uint16(0))
		f.Add([]byte(a+plainly[0]), uint16(len(a)))
		for _, b := range strangely {
			f.Add([]byte(a+b), uint16(len(a)+i))
		}
	}
	for _, a := range strangely {
		f.Add([]byte(a), uint16(len(a)/2))
	}
	f.Fuzz(func(t *testing.T, sent []byte, at uint16) {
		if len(sent) > 8<<10 {
			return // more is the same again
		}
		alike(t, lane, alone, sent, int(at))
	})
}
