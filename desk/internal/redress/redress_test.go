package redress

import "testing"

// TestClaimsByKind: each of the five kinds is counted by itself; what nobody has
// confirmed is asked and not granted, and what is only considered is not asked.
func TestClaimsByKind(t *testing.T) {
	t.Parallel()
	m := func(f Form, s Stage, confirmed bool) Matter {
		return Matter{Kind: Reparation, Form: f, Stage: s, Confirmed: confirmed}
	}
	got := Reckon([]Matter{
		m(Restitution, "asked", false), m(Restitution, "refused", true),
		m(Compensation, "granted", false), m(Compensation, "received in part", true), m(Compensation, "considered", false),
		m(Rehabilitate, "received", true), m(Satisfaction, "granted", true), {Kind: Memorial, Form: Satisfaction, Stage: "remembered", Confirmed: true},
	})
	want := map[Form]Claims{Restitution: {2, 0, 0}, Compensation: {2, 1, 1}, Rehabilitate: {1, 1, 1}, Satisfaction: {1, 1, 0}, NonRepetition: {}}
	for _, f := range Forms() {
		if got.ByForm[f] != want[f] {
			t.Errorf("%s: %+v, not %+v", f, got.ByForm[f], want[f])
		}
	}
	if got.Asked != 6 || got.Granted != 3 || got.Paid != 2 || got.Unconfirmed != 1 {
		t.Errorf("together: %+v", got)
	}
}
