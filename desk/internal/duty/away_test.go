package duty_test

import (
	"slices"
	"testing"
	"time"

	"waylight/desk/internal/duty"
	"waylight/desk/internal/staff"
)

// Who is away is not called: who stands in is, when they can answer; otherwise whoever
// is there. Nobody at all is never the answer.
func TestAwayIsNotCalled(t *testing.T) {
	t.Parallel()
	now := time.Date(2017, 4, 9, 12, 0, 0, 0, time.UTC)
	m := func(id string, onDuty bool, roles ...staff.Role) staff.Member {
		return staff.Member{ID: id, Roles: roles, Active: true, OnDuty: onDuty}
	}
	anna, boris, clara, hanna := m("anna", true, staff.Intake), m("boris", false, staff.Intake), m("clara", true, staff.Caseworker), m("hanna", true, staff.Security)
	all := []staff.Member{anna, boris, clara, hanna}
	shifts := []duty.Shift{{Member: "anna", Rank: duty.Operator, From: now.Add(-time.Hour), Until: now.Add(time.Hour)}}
	for _, c := range []struct {
		name string
		away map[string]string
		want []string
	}{
		{"nobody is away", nil, []string{"anna"}},
		{"an operator stands in", map[string]string{"anna": "boris"}, []string{"boris"}},
		{"who stands in is no operator", map[string]string{"anna": "clara"}, []string{"boris"}},
		{"nobody stands in", map[string]string{"anna": ""}, []string{"boris"}},
		{"who stands in is away too", map[string]string{"anna": "boris", "boris": ""}, []string{"hanna"}},
		{"everybody is away", map[string]string{"anna": "", "boris": "", "clara": "", "hanna": ""}, []string{"anna"}},
	} {
		if got := duty.Called(0, "", "", shifts, all, c.away, now); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
