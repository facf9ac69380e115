package campaignweb

import (
	"slices"
	"strconv"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/web/ui"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
)

// tellAccount gives out the account of a span as a report in the page's language.
func (r *Room) tellAccount(c *ui.Context, from, until clock.Day, format string) error {
	l, err := r.Board.Tell(c.Context(), c.Actor, c.ID("campaign"), from, until, func(f campaign.File, acc campaign.Account) campaign.Letter {
		return accountLetter(c.Words, f, acc)
	})
	if typed(err) {
		return r.accountWith(c, err)
	}
	if err != nil {
		return err
	}
	if r.Board.Press == nil {
		return fault.New(fault.Conflict, "Letters cannot be set here.")
	}
	if format == "pdf" {
		file, err := r.Board.Press.Letter(l)
		if err != nil {
			return err
		}
		return ui.Give(c.W, "application/pdf", "campaign.pdf", file)
	}
	file, err := r.Board.Press.Word(l)
	if err != nil {
		return err
	}
	return ui.Give(c.W, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "campaign.docx", file)
}

// accountLetter writes an account as a report: the sums, then what each target was
// asked and did. Minutes and tasks are not in it.
func accountLetter(w i18n.Words, f campaign.File, acc campaign.Account) campaign.Letter {
	l := campaign.Letter{Campaign: f.Campaign.ID, Lang: w.Tag(), Addressee: w.T("Report on the campaign"),
		Subject: w.T("%s: what was done from %s to %s", f.Campaign.Title.In(w.Tag()), w.Day(acc.From), w.Day(acc.Until))}
	add := func(head string, lines []string) {
		if len(lines) == 0 {
			return
		}
		for _, x := range lines {
			head += "\n— " + x
		}
		l.Paragraphs = append(l.Paragraphs, head)
	}
	sum := func(label string, n int) string { return label + ": " + strconv.Itoa(n) }
	var asked, answers, promises []string
	for _, way := range campaign.Ways() {
		if n := acc.Asked[way]; n > 0 {
			asked = append(asked, sum(w.T(wayName(way)), n))
		}
	}
	for _, s := range slices.Backward(campaign.States()) {
		if n := acc.Answers[s]; n > 0 {
			answers = append(answers, sum(w.T(StateName(s)), n))
		}
	}
	for _, o := range campaign.Outcomes() {
		if n := acc.Promises[o]; n > 0 {
			promises = append(promises, sum(w.T(outcomeName(o)), n))
		}
	}
	add(w.N("Something was asked of %d target:", "Something was asked of %d targets:", acc.Targets), asked)
	add(w.T("What came of it, each with its evidence and confirmed by two people:"), answers)
	add(w.T("Promises:"), promises)
	for _, t := range f.Targets {
		var lines []string
		for _, h := range acc.Rows {
			if h.Target != t.ID {
				continue
			}
			line := w.Day(h.Day) + ": " + happeningTitle(w, h)
			if d := f.Demand(h.Demand).Text.In(w.Tag()); d != "" {
				line += ". " + d
			}
			if words := h.Words.In(w.Tag()); words != "" && h.What != "asked" { // minutes stay inside
				line += ". " + words
			}
			lines = append(lines, line)
		}
		add(t.Label(w.Tag()), lines)
	}
	if len(l.Paragraphs) == 0 {
		l.Paragraphs = append(l.Paragraphs, w.T("Nothing was asked and nothing answered in this time."))
	}
	return l
}
