package campaign

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"waylight/internal/clock"
)

func file() File {
	return File{
		Campaign: Campaign{ID: "c"},
		Demands:  []Demand{{ID: "d1"}, {ID: "d2"}},
		Targets:  []Target{{ID: "t1", Kind: Government, Number: 1, Name: Text{EN: "A"}}, {ID: "t2", Kind: Institution, Number: 1, Name: Text{EN: "B"}}},
	}
}

func ask(sent, deadline clock.Day) Ask {
	return Ask{Demand: "d1", Target: "t1", Sent: sent, Deadline: deadline}
}

func answer(s State, day clock.Day, evidence, second string) Response {
	return Response{ID: string(day) + s.String(), Demand: "d1", Target: "t1", State: s, Day: day, Evidence: evidence, Author: "a", Second: second}
}

func TestCell(t *testing.T) {
	t.Parallel()
	const day = "2018-11-01"
	withdrawn := answer(Resulted, "2018-10-01", "paper", "b")
	withdrawn.Withdrawn = "entered for the wrong target"
	tests := []struct {
		name      string
		asks      []Ask
		responses []Response
		public    bool
		want      Cell
	}{
		{"nothing asked", nil, nil, false, Cell{}},
		{"asked, silent", []Ask{ask("2018-08-30", "2018-09-29")}, nil, false, Cell{Asked: 1, FirstAsked: "2018-08-30", Silence: 63, Deadline: "2018-09-29", Overdue: true}},
		{"a receipt does not end the silence", []Ask{ask("2018-08-30", "")}, []Response{answer(Acknowledged, "2018-09-04", "letter", "b")}, false,
			Cell{Asked: 1, FirstAsked: "2018-08-30", Silence: 63, Best: Acknowledged, Latest: Acknowledged, Evidence: "letter", Since: "2018-09-04"}},
		{"a denial ends it", []Ask{ask("2018-08-30", "2018-09-29")}, []Response{answer(Denied, "2018-09-04", "letter", "b")}, false,
			Cell{Asked: 1, Best: Denied, Latest: Denied, Evidence: "letter", Since: "2018-09-04"}},
		{"asked again after the answer", []Ask{ask("2018-08-30", ""), ask("2018-10-02", "")}, []Response{answer(Declined, "2018-09-04", "letter", "b")}, false,
			Cell{Asked: 2, FirstAsked: "2018-10-02", Silence: 30, Best: Declined, Latest: Declined, Evidence: "letter", Since: "2018-09-04"}},
		{"without evidence nothing counts", []Ask{ask("2018-08-30", "")}, []Response{answer(Resulted, "2018-09-04", "", "b")}, false,
			Cell{Asked: 1, FirstAsked: "2018-08-30", Silence: 63, Unproven: 1}},
		{"inside, one person suffices", nil, []Response{answer(Acted, "2018-09-04", "paper", "")}, false,
			Cell{Best: Acted, Latest: Acted, Evidence: "paper", Since: "2018-09-04", Unconfirmed: 1}},
		{"in public, two are needed", nil, []Response{answer(Acted, "2018-09-04", "paper", "")}, true, Cell{Unconfirmed: 1}},
		{"nobody confirms themselves", nil, []Response{answer(Acted, "2018-09-04", "paper", "a")}, true, Cell{Unconfirmed: 1}},
		{"worse later", nil, []Response{answer(Stated, "2018-09-04", "paper", "b"), answer(Denied, "2018-10-04", "paper", "b")}, true,
			Cell{Best: Stated, Latest: Denied, Evidence: "paper", Since: "2018-09-04"}},
		{"withdrawn", nil, []Response{withdrawn}, true, Cell{}},
		{"in the future", []Ask{ask("2018-11-02", "")}, []Response{answer(Acted, "2018-11-02", "paper", "b")}, true, Cell{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := file()
			f.Asks, f.Responses = tt.asks, tt.responses
			tt.want.Demand, tt.want.Target = "d1", "t1"
			if got := f.Score(day, tt.public).Cell("d1", "t1"); got != tt.want {
				t.Errorf("\n got %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestUnnamedTargetsAreNotBlamed(t *testing.T) {
	t.Parallel()
	f := file()
	f.Targets[0].Name = Text{}
	f.Asks = []Ask{ask("2017-04-09", "")}
	if c := f.Score("2018-11-01", true).Cell("d1", "t1"); c.Asked != 1 || c.Silence != 0 {
		t.Errorf("%+v", c)
	}
}

func TestPromise(t *testing.T) {
	t.Parallel()
	f := file()
	r := answer(Committed, "2018-09-04", "speech", "b")
	f.Responses = []Response{r}
	f.Commitments = []Commitment{{ID: "p", Response: r.ID, Due: "2018-10-01", Outcome: Open}}
	c := f.Score("2018-11-01", true).Cell("d1", "t1")
	if !c.Overdue || c.Promise != Open || c.Deadline != "2018-10-01" {
		t.Errorf("open promise: %+v", c)
	}
	f.Commitments[0].Outcome, f.Commitments[0].By = Kept, "a"
	for _, second := range []string{"", "a", "b"} { // in public it takes two people
		f.Commitments[0].Second = second
		if c = f.Score("2018-11-01", false).Cell("d1", "t1"); c.Overdue || c.Promise != Kept {
			t.Errorf("kept promise: %+v", c)
		}
		want := Open
		if second == "b" {
			want = Kept
		}
		if c = f.Score("2018-11-01", true).Cell("d1", "t1"); c.Overdue != (want == Open) || c.Promise != want {
			t.Errorf("kept promise, confirmed by %q: %+v", second, c)
		}
		if n := f.Reckon(nil, "2018-01-01", "2018-12-31").Promises[want]; n != 1 {
			t.Errorf("for donors, confirmed by %q: %d", second, n)
		}
		waits := len(f.Next("2018-11-01"))
		if (waits > 0) != (want == Open) {
			t.Errorf("confirmed by %q: %d wait", second, waits)
		}
	}
}

func drawFile(t *rapid.T) File {
	f := file()
	day := func(label string) clock.Day {
		return rapid.SampledFrom([]clock.Day{"2018-01-01", "2018-02-01", "2018-03-01", "2018-04-01"}).Draw(t, label)
	}
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "of") }
	for range rapid.IntRange(0, 6).Draw(t, "asks") {
		f.Asks = append(f.Asks, Ask{Demand: pick("d1", "d2"), Target: pick("t1", "t2"), Sent: day("sent"), Deadline: day("deadline")})
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "responses") {
		f.Responses = append(f.Responses, Response{
			ID: string(rune('a' + i)), Demand: pick("d1", "d2"), Target: pick("t1", "t2"), State: rapid.SampledFrom(States()).Draw(t, "state"), Day: day("day"),
			Evidence: pick("", "x", "y"), Author: "m1", Second: pick("", "m1", "m2"), Withdrawn: pick("", "", "wrong"),
		})
	}
	return f
}

// The board never claims more than its evidence, and the order of entry never shows.
func TestScoreProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		f := drawFile(rt)
		const day = clock.Day("2018-03-15")
		for _, public := range []bool{false, true} {
			s := f.Score(day, public)
			for key, c := range s.Cells {
				proof := State(None)
				for _, r := range f.Responses {
					if r.Demand == key[0] && r.Target == key[1] && r.Day <= day && r.Counts(public) {
						proof = max(proof, r.State)
					}
				}
				if c.Best != proof {
					rt.Fatalf("best %v, evidence for %v", c.Best, proof)
				}
				if c.Best > None && c.Evidence == "" {
					rt.Fatal("a state without its evidence")
				}
				if c.Silence < 0 || c.Silence > 0 && c.FirstAsked == "" {
					rt.Fatalf("silence %d", c.Silence)
				}
			}
			for _, sum := range s.Totals {
				n := 0
				for _, k := range sum.ByState {
					n += k
				}
				if n != sum.Targets || sum.Targets != len(f.Targets) {
					rt.Fatalf("states add up to %d of %d targets", n, sum.Targets)
				}
			}
			mixed := f
			r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
			mixed.Asks = append([]Ask(nil), f.Asks...)
			mixed.Responses = append([]Response(nil), f.Responses...)
			r.Shuffle(len(mixed.Asks), func(i, j int) { mixed.Asks[i], mixed.Asks[j] = mixed.Asks[j], mixed.Asks[i] })
			r.Shuffle(len(mixed.Responses), func(i, j int) {
				mixed.Responses[i], mixed.Responses[j] = mixed.Responses[j], mixed.Responses[i]
			})
			again := mixed.Score(day, public)
			for key, c := range s.Cells {
				if again.Cells[key] != c {
					rt.Fatalf("order of entry shows: %+v, %+v", c, again.Cells[key])
				}
			}
		}
		// What is public is never more than what is known inside.
		in, out := f.Score(day, false), f.Score(day, true)
		for key, c := range out.Cells {
			if c.Best > in.Cells[key].Best {
				rt.Fatal("public knows more than inside")
			}
		}
	})
}

func TestBasisWarning(t *testing.T) {
	t.Parallel()
	d := Demand{Basis: []Basis{{Kind: "figure", Key: "killed", Version: "1"}, {Kind: "figure", Key: "detained", Version: "4"}}}
	now := map[string]string{"killed": "2", "detained": "4"}
	got := changed(d.Basis, func(_, key string) string { return now[key] })
	if len(got) != 1 || got[0].Key != "killed" {
		t.Errorf("changed %v", got)
	}
}

func TestComposeFreezesFigures(t *testing.T) {
	t.Parallel()
	demands := []Demand{
		{ID: "d1", Text: Text{EN: "Release the detained men at once", RU: "Немедленно освободить задержанных"}, Through: "engage the Russian counterpart",
			Basis: []Basis{{Kind: "figure", Key: "killed", Version: "1", Says: Text{EN: "killed: 3 to 20", RU: "убиты: от 3 до 20"}}}},
		{ID: "d2", Text: Text{EN: "Condemn the reported abuses"}, Basis: []Basis{{Kind: "figure", Key: "killed", Version: "1", Says: Text{EN: "killed: 3 to 20"}}}},
	}
	for lang, want := range map[string]string{"en": "killed: 3 to 20", "ru": "убиты: от 3 до 20"} {
		x, _ := Given(lang)
		l := Compose(File{Campaign: Campaign{ID: "c", By: "An organisation", Title: Text{EN: "An invented campaign", RU: "Вымышленная кампания"}}}, x, Target{Kind: Government, Number: 3}, demands, "2017-04-10", "2017-05-10")
		if err := l.Check(); err != nil {
			t.Error(err)
		}
		text := l.Text()
		if n := countOf(text, want); n != 1 {
			t.Errorf("%s: %q stands %d times in\n%s", lang, want, n, text)
		}
		if len(l.Basis) != 1 || len(l.Demands) != 2 {
			t.Errorf("%s: basis %v demands %v", lang, l.Basis, l.Demands)
		}
	}
}

func countOf(s, part string) int {
	n := 0
	for i := 0; i+len(part) <= len(s); i++ {
		if s[i:i+len(part)] == part {
			n++
		}
	}
	return n
}
