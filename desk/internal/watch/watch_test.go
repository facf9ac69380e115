package watch

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"waylight/internal/fault"
)

// The ladder, with a clock that jumps both ways and a sweep that comes when it
// comes: every rung whose time was seen is raised once, in order, never early.
func TestLadderRaisesEachRungOnce(t *testing.T) {
	t.Parallel()
	begin := time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		pace := rapid.SampledFrom([]Pace{Steady, Fast}).Draw(t, "pace")
		grace := time.Duration(rapid.IntRange(0, 120).Draw(t, "grace")) * time.Minute
		w, err := New("checkin", "case", Round{Due: begin.Add(time.Hour), Grace: grace, Pace: pace})
		if err != nil {
			t.Fatal(err)
		}
		now, latest := begin, begin
		var raised []Alert
		for _, jump := range rapid.SliceOfN(rapid.IntRange(-300, 900), 1, 40).Draw(t, "minutes") {
			now = now.Add(time.Duration(jump) * time.Minute)
			if now.After(latest) {
				latest = now
			}
			var more []Alert
			w, more = Advance(w, now)
			raised = append(raised, more...)
			_, none := Advance(w, now)
			if len(none) > 0 {
				t.Fatal("a second sweep raised again")
			}
		}
		want := 0
		alarm := begin.Add(time.Hour + grace)
		for i, r := range Ladder(pace) {
			if alarm.Add(r.After).After(latest) {
				break
			}
			want++
			if len(raised) <= i || raised[i].Step != i || raised[i].Rung != r.Name || !raised[i].Since.Equal(alarm.Add(r.After)) || raised[i].Raised.Before(raised[i].Since) {
				t.Fatalf("rung %d (%s): %+v", i, r.Name, raised)
			}
		}
		if len(raised) != want {
			t.Fatalf("%d alerts, want %d", len(raised), want)
		}
	})
}

// No answer leaves a check-in unwatched while another sign is due, and a round is never taken for the next.
func TestRoundsOnlyGrow(t *testing.T) {
	t.Parallel()
	begin := time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		every := time.Duration(rapid.IntRange(5, 2000).Draw(t, "every")) * time.Minute
		w, err := New("checkin", "case", Round{Due: begin.Add(time.Hour), Grace: 10 * time.Minute, Every: every, Pace: Steady})
		if err != nil {
			t.Fatal(err)
		}
		now := begin
		for _, jump := range rapid.SliceOfN(rapid.IntRange(-600, 3000), 1, 30).Draw(t, "minutes") {
			now = now.Add(time.Duration(jump) * time.Minute)
			w, _ = Advance(w, now)
			due := w.Due
			next, err := Answer(w, false, now)
			if err != nil {
				t.Fatal(err)
			}
			if !next.Due.After(due) || !next.Due.After(now) || next.State != Waiting || !next.Next.Equal(next.Due) {
				t.Fatalf("answered at %s: from %+v to %+v", now, w, next)
			}
			w = next
		}
	})
}

func TestDuressCannotBeTalkedAway(t *testing.T) {
	t.Parallel()
	now := time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
	w, _ := New("checkin", "case", Round{Due: now, Pace: Fast})
	w, err := Answer(w, true, now)
	if err != nil {
		t.Fatal(err)
	}
	w, alerts := Advance(w, now)
	if len(alerts) != 1 || alerts[0].Rung != "colleague" || !alerts[0].Since.Equal(now) {
		t.Fatalf("%+v", alerts)
	}
	far := w // missed long ago, the lawyer was called: the ladder does not step back
	far.State, far.Alarm, far.Step, far.Next = Missed, now.Add(-30*time.Minute), 3, now.Add(30*time.Minute)
	if far, err = Answer(far, true, now); err != nil {
		t.Fatal(err)
	}
	if _, again := Advance(far, now); len(again) != 2 || again[1].Rung != "lawyer" || !again[1].Duress {
		t.Fatalf("%+v", again)
	}
	if _, err := Answer(w, false, now.Add(time.Minute)); fault.KindOf(err) != fault.Conflict {
		t.Fatal("an ok after duress was believed:", err)
	}
	if w, err = Found(w, now.Add(time.Minute)); err != nil || w.State != OK {
		t.Fatal(w, err)
	}
}
