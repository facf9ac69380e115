package desk

import (
	"context"
	"slices"

	"waylight/desk/internal/cases"
	"waylight/desk/internal/intake"
	"waylight/desk/internal/store"
	"waylight/desk/internal/web/deskweb"
	"waylight/desk/internal/web/ui"
	"waylight/internal/mailbox"
	"waylight/internal/page"
	"waylight/internal/wire"
)

// looked checks that the holder of a mailbox's key signed a reading.
func looked(signKey []byte, l intake.Look) bool {
	return mailbox.Verify(signKey, mailbox.Read, l.Signature, wire.AccessParts(l.Mailbox, l.Nonce, l.Day)...)
}

// toCase hands signs of life from a mailbox to its case, in the inbox's transaction.
type toCase struct{ book *cases.Book }

// Heard implements intake.Signs.
func (c toCase) Heard(ctx context.Context, tx intake.Store, s intake.Sign) error {
	h := cases.Heard{Case: s.Case, Day: s.Day, By: s.By}
	switch {
	case s.Kind == intake.Fine:
		h.Sign = cases.SignFine
	case s.Kind == intake.Help:
		h.Sign = cases.SignHelp
	default:
		h.Sign = cases.SignDuress
	}
	return c.book.HeardIn(ctx, tx.(*store.Tx), h)
}

// Meaning implements intake.Signs.
func (c toCase) Meaning(ctx context.Context, tx intake.Store, caseID, text string) (intake.AlarmKind, error) {
	sign, err := c.book.MeaningIn(ctx, tx.(*store.Tx), caseID, text)
	switch sign {
	case cases.SignDuress:
		return intake.Coerced, err
	case cases.SignFine:
		return intake.Fine, err
	}
	return "", err
}

// alarmGroup shows on the home page which conversations raise an alarm.
func alarmGroup(c *ui.Context, alarms []intake.Alarm, mine []intake.Thread) deskweb.Group {
	g := deskweb.Group{Title: c.T("Alarms"), Href: "/requests", More: c.T("All conversations")}
	g.Table = ui.Table{Words: c.Words, Caption: c.T("Conversations that raise an alarm"), Columns: []ui.Column{{Label: c.T("What")}, {Label: c.T("Since")}}}
	for _, a := range alarms[:min(len(alarms), atMost)] {
		text := c.T("They need help now")
		if a.Kind.Duress() {
			text = c.T("Somebody may be forcing them at this moment")
		}
		row := ui.Row{Tone: page.Danger, Cells: []ui.Cell{{Text: text, Badge: &page.Badge{Text: c.T("Danger"), Tone: page.Danger}}, {Text: c.Date(a.At)}}}
		if slices.ContainsFunc(mine, func(t intake.Thread) bool { return t.ID == a.Lead }) {
			row.Href = "/requests/" + a.Lead
		}
		g.Table.Rows = append(g.Table.Rows, row)
	}
	return g
}
