package figures_test

import (
	"cmp"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"waylight/desk/internal/count"
	"waylight/desk/internal/edtf"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/record"
	"waylight/internal/clock"
)

// drawBound is a number as a source could say it, also zero and unknown.
func drawBound(t *rapid.T) count.Bound {
	b := count.Bound{Word: rapid.SampledFrom(count.Words()).Draw(t, "word")}
	if b.Word != count.Unknown {
		b.Value = rapid.Int64Range(0, 200).Draw(t, "value")
	}
	if b.Word == count.Between {
		b.To = b.Value + rapid.Int64Range(0, 100).Draw(t, "width")
	}
	return b
}

// drawRecord is a record of random claims with random fates: judged, refuted,
// withdrawn, improbable, replaced by one another, of other things, parts and units,
// left out by a person, of unreliable sources, of later days.
func drawRecord(t *rapid.T) (claims []record.Weighed, out map[string]figures.Exclusion) {
	out = map[string]figures.Exclusion{}
	n := rapid.IntRange(0, 12).Draw(t, "claims")
	for i := range n {
		c := record.Weighed{Claim: record.Claim{ID: fmt.Sprintf("claim_%02d", i), Status: rapid.SampledFrom([]record.Status{record.Killed, record.Killed, record.Killed, record.Detained}).Draw(t, "status"),
			Counts: rapid.IntRange(0, 6).Draw(t, "counts") > 0, Unit: rapid.SampledFrom([]record.Unit{record.Persons, record.Persons, record.Persons, record.Families}).Draw(t, "unit"),
			Population: rapid.SampledFrom([]string{"", "", "", "minors"}).Draw(t, "population"),
			Asserted:   rapid.SampledFrom([]edtf.Date{"2017-04-01", "2017-04", "2017-04-09", "2017-04-10", "2017", "2017-05~", ""}).Draw(t, "asserted")},
			From: record.Source{ID: fmt.Sprintf("source_%d", i%4), Group: fmt.Sprintf("group_%d", i%3), Reliability: rapid.SampledFrom([]record.Reliability{"A", "C", "F", "E"}).Draw(t, "reliability")}}
		if c.Counts {
			c.Bound = drawBound(t)
		}
		for range rapid.IntRange(0, 2).Draw(t, "judged") {
			c.Judgements = append(c.Judgements, record.Judgement{Claim: c.ID, Credibility: rapid.IntRange(1, 6).Draw(t, "credibility"), Standing: rapid.SampledFrom(record.Standings()).Draw(t, "standing"), Reason: "invented"})
		}
		if rapid.IntRange(0, 7).Draw(t, "excluded") == 0 {
			out[c.ID] = figures.Exclusion{Claim: c.ID, Out: rapid.Bool().Draw(t, "out"), Reason: "invented"}
		}
		claims = append(claims, c)
	}
	for range rapid.IntRange(0, 3).Draw(t, "replaced") {
		if n < 2 {
			break
		}
		a, b := rapid.IntRange(0, n-1).Draw(t, "newer"), rapid.IntRange(0, n-1).Draw(t, "older")
		if a == b || claims[a].Status != claims[b].Status {
			continue
		}
		l := record.Link{From: claims[a].ID, Kind: record.Supersedes, To: claims[b].ID}
		claims[a].Links, claims[b].Links = append(claims[a].Links, l), append(claims[b].Links, l)
	}
	return claims, out
}

// TestEveryClaimOfEveryRecord: over random records the envelope holds every number
// that is used and is no wider than they need; unknown never becomes zero; no claim
// is lost, and each that left says why; the order of entry does not matter.
func TestEveryClaimOfEveryRecord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		claims, out := drawRecord(t)
		day := rapid.SampledFrom([]clock.Day{"2017-03-31", "2017-04-01", "2017-04-09", "2017-06-01"}).Draw(t, "as of")
		r := figures.Reckon(killed, day, claims, out)
		used, why := map[string]bool{}, map[string]string{}
		for _, u := range r.Uses {
			used[u.Claim], why[u.Claim] = u.Used, u.Reason.Text
		}
		if len(why) != len(claims) {
			t.Fatalf("%d of %d claims are accounted for", len(why), len(claims))
		}
		ends := map[count.Number]bool{}
		stated := false
		for _, c := range claims {
			if why[c.ID] == "" {
				t.Fatalf("%s has no reason", c.ID)
			}
			if !used[c.ID] {
				continue
			}
			if j := c.Judgement(); j.Standing != record.Stands || j.Credibility == 5 || c.From.Reliability == "E" || out[c.ID].Out || c.Status != record.Killed || c.Counts && (c.Unit != record.Persons || c.Population != "") {
				t.Fatalf("a claim that cannot be used is used: %+v", c)
			}
			x := c.Range()
			if !r.Range.Contains(x) {
				t.Fatalf("%+v does not hold %+v of %s", r.Range, x, c.ID)
			}
			stated = stated || !x.Unknown()
			ends[x.Low], ends[x.Best], ends[x.High] = true, true, true
		}
		if !stated && r.Range != (count.Range{}) {
			t.Fatalf("nothing is stated, and the figure says %+v", r.Range)
		}
		for _, n := range []count.Number{r.Range.Low, r.Range.Best, r.Range.High} {
			if n.Known && !ends[n] {
				t.Fatalf("%d was said by nobody", n.N)
			}
		}
		again := figures.Reckon(killed, day, rapid.Permutation(claims).Draw(t, "order"), out)
		if again.Range != r.Range || again.Basis != r.Basis {
			t.Fatalf("in another order %+v became %+v", r.Range, again.Range)
		}
		for _, u := range again.Uses {
			if u.Used != used[u.Claim] || u.Reason.Text != why[u.Claim] {
				t.Fatalf("in another order %s is used: %v, because %q", u.Claim, u.Used, u.Reason.Text)
			}
		}
	})
}

// TestWhatLeavesStaysInTheHistory: over random lives of a record on a real store, a
// claim that is refuted or replaced leaves the figure, is named in it with the
// reason, and stands in every earlier reckoning as it stood there; no reckoning ever
// changes. The same claims entered the other way round give the same figure.
func TestWhatLeavesStaysInTheHistory(t *testing.T) {
	t.Parallel()
	h := found(t)
	for seed := range lives(t) {
		bounds := rapid.SliceOfN(rapid.Custom(drawBound), 2, 6).Example(seed)
		gone, refute := seed%len(bounds), seed%2 == 0
		one := h.live(bounds, gone, refute)
		slices.Reverse(bounds)
		if other := h.live(bounds, len(bounds)-1-gone, refute); other != one {
			t.Fatalf("seed %d: entered the other way round %+v became %+v", seed, one, other)
		}
	}
}

// lives is how many random records are kept; WAYLIGHT_SEEDS asks for more.
func lives(t *testing.T) int {
	n, err := strconv.Atoi(cmp.Or(os.Getenv("WAYLIGHT_SEEDS"), "12"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// live enters claims, reckons, lets one leave, reckons again, and gives what both reckonings said.
func (h *house) live(bounds []count.Bound, gone int, refute bool) (said [2]count.Range) {
	h.t.Helper()
	ctx := h.ctx
	i, err := h.archive.AddIncident(ctx, h.dora, record.Incident{Title: "An incident (invented)"})
	h.ok(err)
	var ids []string
	for n, b := range bounds {
		s, err := h.archive.AddSource(ctx, h.dora, record.Source{Name: fmt.Sprintf("Paper %d (invented)", n), Kind: record.Media}, "")
		h.ok(err)
		item, err := h.archive.AddItem(ctx, h.dora, record.Item{Source: s.ID, Title: "An article", Material: record.Press})
		h.ok(err)
		c, err := h.archive.AddClaim(ctx, h.dora, record.Claim{Item: item.ID, Incident: i.ID, Status: record.Killed, Act: record.Killing, Counts: true, Unit: record.Persons, Bound: b, Hand: record.Relayed, Asserted: "2017-04-01"})
		h.ok(err)
		ids = append(ids, c.ID)
	}
	f, err := h.tally.Add(ctx, h.dora, figures.Figure{Status: record.Killed, Unit: record.Persons, Scope: figures.Scope{Incident: i.ID}})
	h.ok(err)
	before, err := h.tally.Sheet(ctx, h.dora, f.ID)
	h.ok(err)
	if refute {
		h.ok(h.archive.Judge(ctx, h.dora, record.Judgement{Claim: ids[gone], Credibility: 4, Standing: record.Refuted, Reason: "invented"}))
	} else {
		h.ok(h.archive.Link(ctx, h.dora, record.Link{From: ids[(gone+1)%len(ids)], Kind: record.Supersedes, To: ids[gone], Reason: "invented"}))
	}
	_, err = h.tally.Reckon(ctx, h.dora, f.ID, "2017-04-09")
	h.ok(err)
	after, err := h.tally.Sheet(ctx, h.dora, f.ID)
	h.ok(err)
	use := func(r figures.Reckoning) figures.Use {
		return r.Uses[slices.IndexFunc(r.Uses, func(u figures.Use) bool { return u.Claim == ids[gone] })]
	}
	if len(after.History) != 2 || !reflect.DeepEqual(after.History[1], before.Last) {
		h.t.Fatalf("the first reckoning changed:\n%+v\n%+v", before.Last, after.History)
	}
	if u := use(after.Last); u.Used || u.Reason.Text == "" || !use(after.History[1]).Used || after.Claim(ids[gone]).ID == "" {
		h.t.Fatalf("the claim that left: %+v, before %+v", u, use(after.History[1]))
	}
	if after.Stale {
		h.t.Fatal("the figure that was just reckoned is said to be old")
	}
	return [2]count.Range{before.Last.Range, after.Last.Range}
}

// TestOverlapsNeverAdd: whatever the scopes, figures add only when no day can be in two of them.
func TestOverlapsNeverAdd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.Custom(func(t *rapid.T) edtf.Date {
			from := rapid.IntRange(1, 28).Draw(t, "from")
			switch rapid.IntRange(0, 3).Draw(t, "shape") {
			case 0:
				return ""
			case 1:
				return edtf.Date(fmt.Sprintf("2017-04-%02d/..", from))
			case 2:
				return edtf.Date(fmt.Sprintf("2017-04-%02d/2017-04-%02d", from, rapid.IntRange(from, 30).Draw(t, "to")))
			}
			return edtf.Date(fmt.Sprintf("2017-04-%02d", from))
		})
		n := rapid.IntRange(2, 4).Draw(t, "parts")
		parts, ranges := make([]figures.Figure, n), make([]count.Range, n)
		var low int64
		for i := range parts {
			parts[i] = killed
			parts[i].Scope.Span = day.Draw(t, "span")
			ranges[i] = drawBound(t).Range()
			low += ranges[i].Low.N
		}
		shared := false
		for d := range 30 { // every day of the month, asked one by one
			at, in := clock.Day(fmt.Sprintf("2017-04-%02d", d+1)), 0
			for _, p := range parts {
				if from, to := p.Scope.Span.Span(); (from == "" || from <= at) && (to == "" || at <= to) {
					in++
				}
			}
			shared = shared || in > 1
		}
		sum, err := figures.Sum(parts, ranges)
		switch {
		case shared && err == nil:
			t.Fatalf("%+v share a day and were added", parts)
		case !shared && err != nil:
			t.Fatalf("%+v share no day: %v", parts, err)
		case err == nil:
			for _, r := range ranges {
				if !r.Low.Known && sum.Low.Known || !r.High.Known && sum.High.Known {
					t.Fatalf("an end that nobody stated became %+v", sum)
				}
			}
			if sum.Low.Known && sum.Low.N != low {
				t.Fatalf("%+v adds to %+v", ranges, sum)
			}
		}
	})
}
