package desk

import (
	"context"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/cases"
	"waylight/desk/internal/letter"
	"waylight/desk/internal/purse"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/internal/clock"
	"waylight/internal/page"
)

// ownCurrency is the one in which the organisation adds up.
const ownCurrency = "EUR"

// openPurse builds the room of money, and gives it to the cases.
func (r *rooms) openPurse() cases.Purse {
	as := func(tx *store.Tx) purse.Store { return tx }
	r.purse = &purse.Keeper{Within: store.Within(r.db, as), Reading: store.Reading(r.db, as), Clock: r.clock, Currency: ownCurrency, Limits: firstLimits()}
	return fromPurse{r.purse}
}

// firstLimits are what one person may spend alone until two people set other limits, in minor units.
func firstLimits() []purse.Limit {
	return []purse.Limit{{Currency: "EUR", Minor: 500_00}, {Currency: "USD", Minor: 500_00}, {Currency: "RUB", Minor: 40_000_00}}
}

// spendingLimits are the same, for costs from before limits were kept with them.
func spendingLimits() map[string]int64 {
	out := map[string]int64{}
	for _, l := range firstLimits() {
		out[l.Currency] = l.Minor
	}
	return out
}

// fromPurse tells a case about money, in the case's transaction.
type fromPurse struct{ keeper *purse.Keeper }

// Limit implements cases.Purse.
func (f fromPurse) Limit(ctx context.Context, tx cases.Store, by staff.Actor, line, currency string) (int64, bool, error) {
	all, err := f.keeper.LimitsIn(ctx, tx.(*store.Tx))
	minor, listed := purse.LimitFor(all, by.Roles, line, currency)
	return minor, listed, err
}

// Price implements cases.Purse.
func (f fromPurse) Price(ctx context.Context, tx cases.Store, m cases.Money, day clock.Day) (cases.Price, error) {
	return f.keeper.PriceIn(ctx, tx.(*store.Tx), m, day)
}

// Grant implements cases.Purse.
func (f fromPurse) Grant(ctx context.Context, tx cases.Store, id string, c cases.Cost) (cases.Money, error) {
	return f.keeper.GrantIn(ctx, tx.(*store.Tx), id, c)
}

// grantChoices lists the grants that can pay a cost.
func (r *rooms) grantChoices(ctx context.Context, a staff.Actor) (out []page.Option, err error) {
	all, err := r.purse.Choices(ctx, a)
	for _, g := range all {
		out = append(out, page.Option{Value: g.ID, Label: g.Title})
	}
	return out, err
}

// setReport sets a donor report as PDF.
func (r *rooms) setReport(lang, title string, lines []string) ([]byte, error) {
	name := r.organisation()
	by := name.EN
	if lang == "ru" && name.RU != "" {
		by = name.RU
	}
	return letter.Press{}.Letter(campaign.Letter{Lang: lang, Subject: title, Paragraphs: lines, Signatory: by, Day: clock.DayOf(r.clock.Now())})
}
