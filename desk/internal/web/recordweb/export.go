package recordweb

import (
	"strconv"

	"waylight/desk/internal/edtf"
	"waylight/desk/internal/record"
	"waylight/internal/i18n"
	"waylight/internal/page"
)

// When says an EDTF date in words, without more precision than it has.
func When(w i18n.Words, d edtf.Date) string { return when(w, d) }

// Line is one claim in a list of claims to choose from: what it says, and who says it.
func Line(w i18n.Words, c record.Weighed) page.Option {
	return page.Option{Value: c.ID, Label: w.T(c.Status.Label()) + ": " + says(w, c.Claim), Hint: c.From.Name + ", " + saidOn(w, c.Claim) + ", " + admiralty(c)}
}

// ClaimFact is one claim in a list of those on which something rests.
func ClaimFact(w i18n.Words, c record.Weighed) page.Fact {
	f := page.Fact{Term: c.From.Name, Text: w.T(c.Status.Label()) + ": " + says(w, c.Claim), Href: "/record/claims/" + c.ID, Note: saidOn(w, c.Claim) + " · " + admiralty(c)}
	if ok, why := c.Standing(); !ok {
		f.Note += " · " + why.In(w)
	}
	return f
}

// History puts corrections as events. Labels names fields in words; fields without a label are left out.
func History(w i18n.Words, changes []record.Change, names map[string]string, labels func(field string) string) []page.Event {
	var out []page.Event
	for _, c := range changes {
		e := page.Event{When: w.Date(c.At), Who: names[c.By], Title: w.T("Correction %s: %s", strconv.Itoa(c.Version-1), c.Reason)}
		for _, f := range c.Fields {
			label := labels(f.Name)
			if label == "" {
				continue
			}
			if e.Text != "" {
				e.Text += "\n"
			}
			e.Text += w.T("%s: was “%s”, is now “%s”", label, f.Was, f.Now)
		}
		out = append(out, e)
	}
	return out
}

// Speech names the kind of a statement.
func Speech(w i18n.Words, k record.StatementKind) string { return word(w, speeches(), k) }

// Source names the kind of a source.
func Source(w i18n.Words, k record.SourceKind) string { return word(w, kinds(), k) }

// Proof names a standard of proof.
func Proof(w i18n.Words, s record.Standard) string { return word(w, standards(), s) }

// Hand says how near a source was.
func Hand(w i18n.Words, h record.Hand) string { return word(w, hands(), h) }
