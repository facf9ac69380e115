package glassweb

import (
	"time"

	"waylight/desk/internal/glass"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/i18n"
)

// Stories are the room's page in its states. Nobody in them is real.
func Stories() []ui.Story {
	now := time.Date(2017, 4, 12, 4, 0, 0, 0, time.UTC)
	names := map[string]string{"member_anna": "Anna (invented)", "member_boris": "Boris (invented)", "member_hanna": "Hanna (invented)"}
	worker, officer := staff.Roles{staff.Caseworker}, staff.Roles{staff.Security}
	members := []staff.Member{{ID: "member_anna", Name: "Anna (invented)", Roles: worker}, {ID: "member_boris", Name: "Boris (invented)", Roles: worker}, {ID: "member_hanna", Name: "Hanna (invented)", Roles: officer}}
	holders := []string{"member_anna", "member_boris", "member_hanna"}
	opening := func(id, code string, s glass.State, ago time.Duration) glass.Shown {
		o := glass.Opening{ID: id, Code: code, By: "member_anna", Second: "member_boris", Hours: 8, State: s, At: now.Add(-ago), Answered: now.Add(-ago + time.Hour), Until: now.Add(9*time.Hour - ago)}
		return glass.Shown{Opening: o, Why: "Both caseworkers were arrested this morning (invented). The person waits at the flat and the car comes at nine."}
	}
	list := []glass.Shown{opening("opening_a", "RJ-4071", glass.Asked, 10*time.Minute), opening("opening_b", "QD-1180", glass.Opened, 3*time.Hour),
		opening("opening_c", "LN-0042", glass.Opened, 20*time.Hour), opening("opening_d", "WG-7003", glass.Refused, 30*time.Hour), opening("opening_e", "FZ-2209", glass.Lapsed, 60*time.Hour)}
	story := func(name string, me staff.Member, s glass.Standing, change func(*ui.Frame)) ui.Story {
		return ui.Story{Name: "glass/" + name, Set: pages, Template: "glass", View: func(w i18n.Words) any {
			f := ui.Example(w, w.T("Open a case that nobody can open"), "/break-glass", me.Roles...)
			if change != nil {
				change(&f)
			}
			return makeView(f, s, me, members, names, "opening_x")
		}}
	}
	return []ui.Story{
		story("empty", members[0], glass.Standing{}, nil),
		story("officer", members[2], glass.Standing{Holders: holders, Mine: true, Older: 3, Gone: []string{"member_gone"}, List: list}, nil),
		story("asker", members[0], glass.Standing{Holders: holders, Mine: true, List: list}, nil),
		story("second", members[1], glass.Standing{Holders: holders, Mine: true, List: list[:1]}, nil),
		story("wrong", members[0], glass.Standing{Holders: holders, Mine: true}, func(f *ui.Frame) {
			f.Form.Errors = []fault.Field{{Name: "code", Message: "There is no case with this code."}}
		}),
	}
}
