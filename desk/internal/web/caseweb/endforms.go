package caseweb

import (
	"time"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
	"waylight/internal/fault"
	"waylight/internal/page"
)

func stateForm(k *kit) formView {
	f := k.f
	all := options(k.Words, cases.SideStates(), stateWord)
	return formView{
		Intro: []string{k.T("The state follows from what is known. Set one here only when the road was left, or to come back to it.")},
		Groups: []Group{{Fields: []page.Field{
			f.Radios("to", k.T("What is it?"), append([]page.Option{{Value: "back", Label: k.T("Back on the road")}}, all...)),
			f.Area("reason", k.T("Why?")).Rows(3),
		}}},
	}
}

func keepState(k *kit) (string, string, error) {
	to := k.Text("to")
	if to == "" {
		return "", "", fault.Bad("to", "Choose one of the states.")
	}
	if to == "back" {
		to = ""
	}
	return "", "case.kept", k.room.Book.Turn(k.Context.Context(), k.Actor, k.ID("case"), cases.State(to), k.Text("reason"))
}

func followForm(k *kit) formView {
	f := k.f
	return formView{Groups: []Group{{Fields: []page.Field{
		k.tick("safe", k.T("They are safe"), false),
		f.Area("words", k.T("How are they?")).Rows(4),
		f.Date("next", k.T("When do we ask again?")).Optional(),
	}}}}
}

func keepFollow(k *kit) (string, string, error) {
	s, err := k.room.Book.FollowUp(k.Context.Context(), k.Actor, k.ID("case"), cases.FollowUp{Safe: k.Has("safe", "yes"), Words: k.Text("words"), Next: k.Day("next")})
	n, err := kept(s, "case.kept", err)
	return "", n, err
}

func closeForm(k *kit) formView {
	f, c := k.f, k.c.Closure.Content()
	return formView{
		Intro: []string{k.T("Closing stops all check-ins. On the day you give, everything about this person is to be erased; what cannot lead to them stays in the sums.")},
		Groups: []Group{{Fields: []page.Field{
			k.tick("safe", k.T("The person is safe"), c.Safe),
			f.Text("region", k.T("Where, as coarsely as it is useful")).Or(c.Region).Optional(),
			f.Area("needs", k.T("Which needs were met, and which were not?")).Or(c.Needs).Rows(3),
			f.Area("view", k.T("How does the person see it?")).Or(c.View).Rows(3),
			f.Area("reopen", k.T("What would make us open it again?")).Or(c.Reopen).Rows(2).Optional(),
			f.Date("erase", k.T("Erase everything by")).Or(string(c.EraseBy)),
		}}},
		Hidden: []ui.Hidden{saw(k.c.Closure.Saw())},
		Button: k.T("Close the case"),
	}
}

func keepClosure(k *kit) (string, string, error) {
	c := cases.Closure{Safe: k.Has("safe", "yes"), Region: k.Text("region"), Needs: k.Text("needs"), View: k.Text("view"), Reopen: k.Text("reopen"), EraseBy: k.Day("erase")}
	if err := k.Wrong(); err != nil {
		return "", "", err
	}
	s, err := k.room.Book.Close(k.Context.Context(), k.Actor, k.ID("case"), k.sawn(), c)
	n, err := kept(s, "case.kept", err)
	return "", n, err
}

func reopenForm(k *kit) formView {
	return formView{Groups: []Group{{Fields: []page.Field{k.f.Area("reason", k.T("Why?")).Rows(3)}}}, Button: k.T("Open the case again")}
}

func keepReopen(k *kit) (string, string, error) {
	return "", "case.kept", k.room.Book.Reopen(k.Context.Context(), k.Actor, k.ID("case"), k.Text("reason"))
}

func eraseForm(k *kit) formView {
	return formView{
		Intro: []string{
			k.T("This destroys the keys and everything about the people of case %s: names, contacts, plan, legs, check-ins, costs, notes. Nobody can bring it back, not even from the database.", k.c.Pseudonym),
			k.T("What was handed to the record by consent stays there, without a way back to them."),
		},
		Groups: []Group{{Fields: []page.Field{k.f.Text("code", k.T("To go on, write the case's code: %s", k.c.Pseudonym)).Short()}}},
		Button: k.T("Erase everything"),
		Danger: true,
	}
}

func keepErasure(k *kit) (string, string, error) {
	c, err := k.room.Book.Case(k.Context.Context(), k.Actor, k.ID("case"))
	if err != nil {
		return "", "", err
	}
	if k.Text("code") != c.Pseudonym {
		return "", "", fault.Bad("code", "This is not the code of the case. Nothing was erased.")
	}
	return "/cases", "case.erased", k.room.Book.Erase(k.Context.Context(), k.Actor, c.ID)
}

func teamForm(k *kit) formView {
	f := k.f
	var in, out []page.Option
	for _, m := range k.members {
		o := page.Option{Value: m.ID, Label: m.Name}
		if h := k.hints[m.ID]; h != "" && !contains(k.c.Assigned, m.ID) {
			o.Label = m.Name + ": " + h
		}
		switch {
		case contains(k.c.Assigned, m.ID):
			in = append(in, o)
			if t := k.c.Until[m.ID]; !t.IsZero() && m.ID != k.Actor.ID {
				o.Label = k.T("%s, until %s", m.Name, k.Date(t))
				out = append(out, o)
			}
		case m.Roles.Has(staff.Caseworker):
			out = append(out, o)
		}
	}
	v := formView{Intro: []string{k.T("Who is added can read everything in this case, its legs and their places. Who is taken off can open nothing of it any more: its keys are changed.")}, Button: k.T("Change")}
	v.Groups = []Group{{Fields: []page.Field{
		f.Select("add", k.T("Add"), none(k.Words, "—", out)).Optional(),
		f.Moment("until", k.T("Add until"), time.Time{}).Optional().Hint(k.T("Then it ends by itself and the case gets new keys. Leave it empty to give the case for good. Choose somebody again to change their time.")),
		f.Select("remove", k.T("Take off"), none(k.Words, "—", in)).Optional(),
	}}}
	return v
}

func keepTeam(k *kit) (string, string, error) {
	ctx, id := k.Context.Context(), k.ID("case")
	add, remove := k.Text("add"), k.Text("remove")
	if add == "" && remove == "" {
		return "", "", fault.Bad("add", "Choose somebody to add or to take off.")
	}
	until := k.Time("until")
	if err := k.Wrong(); err != nil {
		return "", "", err
	}
	if add != "" {
		if err := k.room.Book.AssignUntil(ctx, k.Actor, id, add, until); err != nil {
			return "", "", err
		}
	}
	if remove == "" {
		return "", "case.kept", nil
	}
	err := k.room.Book.Unassign(ctx, k.Actor, id, remove)
	if remove == k.Actor.ID {
		return "/cases", "case.kept", err
	}
	return "", "case.kept", err
}
