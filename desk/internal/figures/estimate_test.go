package figures_test

import (
	"strings"
	"testing"

	"waylight/desk/internal/figures"
	"waylight/desk/internal/record"
	"waylight/estimate"
	"waylight/internal/fault"
)

// answer is a report of four invented lists on which three methods agree.
func answer() estimate.Report {
	result := func(method string, low, middle, high estimate.Number) estimate.Result {
		return estimate.Result{Method: method, Estimate: middle, Low: low, High: high, Level: 0.95, Converged: true}
	}
	return estimate.Report{Observed: 500, Lists: []string{"a", "b", "c", "d"}, Diagnostics: []estimate.Diagnostic{{Name: "on_two_lists_or_more", Value: 240}},
		Estimates: []estimate.Result{result("decomposable", 580.4, 610, 650), result("latent-class", 575.2, 612, 661.1), result("chao", 560, 570, estimate.None())}}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*estimate.Report)
		refused string
	}{
		"agreed":        {func(*estimate.Report) {}, ""},
		"not converged": {func(r *estimate.Report) { r.Estimates[1].Converged = false }, "did not converge"},
		"three lists":   {func(r *estimate.Report) { r.Lists = r.Lists[:3] }, "From three lists no range"},
		"not converged and refused": {func(r *estimate.Report) {
			r.Estimates[1].Converged, r.Estimates[1].Low, r.Estimates[1].High = false, estimate.None(), estimate.None()
		}, "did not converge"},
		"lists apart": {func(r *estimate.Report) { r.Diagnostics[0].Value = 9 }, "do not publish a range"},
		"two lists":   {func(r *estimate.Report) { r.Lists = r.Lists[:2] }, "do not publish a range"},
		"two modes":   {func(r *estimate.Report) { r.Estimates[0].Modes = make([]estimate.Mode, 2) }, "More than one answer"},
		"methods disagree": {func(r *estimate.Report) {
			r.Estimates[0].Low, r.Estimates[0].Estimate, r.Estimates[0].High = 900, 950, 990
		}, "do not publish a range"},
		"no interval": {func(r *estimate.Report) {
			for i := range r.Estimates {
				r.Estimates[i].Low, r.Estimates[i].High = estimate.None(), estimate.None()
			}
		}, "do not publish a range"},
		"nothing": {func(r *estimate.Report) { r.Estimates = nil }, "do not publish a range"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := answer()
			c.change(&r)
			x, err := figures.Judge(r, nil, figures.Whole)
			if c.refused == "" {
				if err != nil || x.Low != 575 || x.High != 662 || x.Named != 500 || x.Lists != 4 || x.Percent != 95 || len(x.Methods) != 2 {
					t.Errorf("%+v %v", x, err)
				}
				return
			}
			if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), c.refused) {
				t.Errorf("%+v %v; it must be refused: %s", x, err, c.refused)
			}
		})
	}
	moved := &estimate.Examination{Warnings: []string{"latent-class, without a: no number."}}
	if _, err := figures.Judge(answer(), moved, figures.Whole); fault.KindOf(err) != fault.Conflict {
		t.Errorf("an answer that rests on one list was let in: %v", err)
	}
}

// TestFloor: at least is said whatever the other methods say, and of three lists
// too; not where the lists give no bound above the count.
func TestFloor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*estimate.Report)
		refused bool
	}{
		"agreed":             {func(*estimate.Report) {}, false},
		"three lists":        {func(r *estimate.Report) { r.Lists = r.Lists[:3] }, false},
		"not converged":      {func(r *estimate.Report) { r.Estimates[1].Converged = false }, false},
		"two modes":          {func(r *estimate.Report) { r.Estimates[0].Modes = make([]estimate.Mode, 2) }, false},
		"two lists":          {func(r *estimate.Report) { r.Lists = r.Lists[:2] }, true},
		"hardly anybody":     {func(r *estimate.Report) { r.Diagnostics[0].Value = 9 }, true},
		"no more than named": {func(r *estimate.Report) { r.Estimates[2].Low = 500.5 }, true},
		"kept apart": {func(r *estimate.Report) {
			r.Diagnostics = append(r.Diagnostics, estimate.Diagnostic{Name: "pairs_of_lists_that_keep_apart", Value: 1})
		}, true},
		"nothing": {func(r *estimate.Report) { r.Estimates = nil }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := answer()
			c.change(&r)
			x, err := figures.Judge(r, &estimate.Examination{Warnings: []string{"moved"}}, figures.Floor)
			if c.refused != (fault.KindOf(err) == fault.Conflict) || !c.refused && (err != nil || x.Low != 560 || x.High != 0 || x.Form != figures.Floor) {
				t.Errorf("%+v %v", x, err)
			}
		})
	}
	if _, err := figures.Judge(answer(), nil, ""); fault.KindOf(err) != fault.Invalid {
		t.Errorf("no form was chosen: %v", err)
	}
}

// TestEstimate lets a figure rest on an analysis: its range is the answer, no
// number stands within it, claims stand beside it, and what leaves says how.
func TestEstimate(t *testing.T) {
	h := newHouse(t)
	begin := func(basis figures.Basis, unit record.Unit) figures.Figure {
		f, err := h.tally.Add(h.ctx, h.dora, figures.Figure{Status: record.Detained, Unit: unit, Basis: basis, Population: string(basis) + string(unit)})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := begin(figures.Estimate, record.Persons)
	from := figures.Estimated{Study: "study_a", Run: "run_a", Analysis: strings.Repeat("ab", 32), Form: figures.Whole}
	if err := h.tally.Attach(h.ctx, h.dora, f.ID, answer(), nil, from); err != nil {
		t.Fatal(err)
	}
	s, err := h.tally.Sheet(h.ctx, h.dora, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	if r := s.Last; r.Basis != figures.Estimate || r.Range.Low.N != 575 || r.Range.High.N != 662 || r.Range.Best.Known || s.Stale || len(s.Estimates) != 1 || s.Estimates[0].Run != "run_a" || s.Estimates[0].Analysis != from.Analysis {
		t.Errorf("%+v %+v", r, s.Estimates)
	}
	public, err := h.tally.Public(h.ctx, h.dora)
	if err != nil || len(public) != 1 || public[0].Basis != figures.Estimate || !strings.Contains(public[0].Method[1].Text, "lowest end") || !strings.Contains(public[0].Method[2].Text, "The range is the answer") {
		t.Errorf("%+v %v", public, err)
	}
	if err := h.tally.Attach(h.ctx, h.dora, f.ID, answer(), nil, from); fault.KindOf(err) != fault.Conflict {
		t.Errorf("attached twice: %v", err)
	}
	for _, other := range []figures.Figure{begin("", record.Persons), begin(figures.NamedList, record.Persons), begin(figures.Estimate, record.Events)} {
		if err := h.tally.Attach(h.ctx, h.dora, other.ID, answer(), nil, from); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%q of %s rests on an estimate: %v", other.Basis, other.Unit, err)
		}
	}
	refused := answer()
	refused.Estimates[0].Converged = false
	from.Run = "run_b"
	if err := h.tally.Attach(h.ctx, h.dora, f.ID, refused, nil, from); fault.KindOf(err) != fault.Conflict {
		t.Errorf("without convergence: %v", err)
	}
	// A floor of a later run takes its place, and leaves no upper end.
	from.Run, from.Form = "run_c", figures.Floor
	if err := h.tally.Attach(h.ctx, h.dora, f.ID, refused, nil, from); err != nil {
		t.Fatal(err)
	}
	s, err = h.tally.Sheet(h.ctx, h.dora, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	if r := s.Last; r.Range.Low.N != 560 || r.Range.High.Known || r.Range.Best.Known || s.Stale || s.Estimates[0].Form != figures.Whole || s.Estimates[1].Form != figures.Floor {
		t.Errorf("%+v %+v", r, s.Estimates)
	}
	if public, err = h.tally.Public(h.ctx, h.dora); err != nil || !strings.Contains(public[0].Method[1].Text, "At least") || public[0].Method[1].Args[0] != "560" || !strings.Contains(public[0].Method[3].Text, "no upper end") {
		t.Errorf("%+v %v", public[0].Method, err)
	}
}
