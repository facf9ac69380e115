package publishweb

import (
	"strings"

	"waylight/desk/internal/publish"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/web/ui"
)

type guardView struct {
	ui.Frame
	Off     bool
	Letters string      // the languages in which letters in pictures are read; empty: none
	Switch  *ui.Confirm // nil: this member may not
}

func guardPage(f ui.Frame, w publish.FactsWatch, letters []string, may bool) guardView {
	f.Unguarded(ui.Unchecked{Off: w.Off, Lack: w.Lack})
	v := guardView{Frame: f, Off: w.Off}
	names := map[string]string{"rus": f.T("Russian"), "eng": f.T("English"), "ara": "العربية"}
	var known []string
	for _, l := range letters {
		known = append(known, names[l])
	}
	v.Letters = strings.Join(known, ", ")
	if !may {
		return v
	}
	v.Switch = &ui.Confirm{Words: f.Words, Action: "/publish/guard", Title: f.T("Keep no facts"), Button: f.T("Remove the fingerprints of facts now"), Danger: true, Hidden: []ui.Hidden{{Name: "facts", Value: "off"}}, Sentences: []string{
		f.T("All fingerprints of facts are removed from this database at once, and what was decided about them. Copies of the database that were made before still hold them. From now on none is kept, and every page of the leak guard says that it does not look for facts."),
	}}
	if w.Off {
		*v.Switch = ui.Confirm{Words: f.Words, Action: "/publish/guard", Title: f.T("Keep facts again"), Button: f.T("Keep fingerprints of facts"), Hidden: []ui.Hidden{{Name: "facts", Value: "on"}}, Sentences: []string{
			f.T("The Desk tells the guard anew what the members who are signed in can open, and what others can open when they sign in next. Until then the pages of the leak guard say of how many cases and people it does not know the facts."),
		}}
	}
	return v
}

// guard shows whether the leak guard looks for facts, with both sides of the choice.
func (r *Room) guard(c *ui.Context) error {
	w, err := r.Gateway.Facts(c.Context())
	if err != nil {
		return err
	}
	return c.Render(r.set, "guard", guardPage(c.Frame(c.T("What the leak guard looks for")), w, r.Letters(), c.Actor.Roles.Has(staff.Security)))
}

func (r *Room) setFacts(c *ui.Context) error {
	if err := r.SetFacts(c.Context(), c.Actor, c.Text("facts") == "on"); err != nil {
		return err
	}
	return c.See("/publish/guard", "publish.facts")
}
