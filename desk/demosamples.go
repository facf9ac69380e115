package desk

import (
	"context"
	"fmt"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/pathways"
	"waylight/desk/internal/reactions"
	"waylight/desk/internal/redress"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/supporters"
	"waylight/internal/clock"
	"waylight/internal/ids"
)

// fillSamples puts one of each into the demo's rarer lists: a petition that waits for
// a second person, a way into a country with an offer, what is said in public, a name
// of the dead, and who does what next. Everything in it is invented, and says so.
func (r *rooms) fillSamples(ctx context.Context, team map[string]staff.Actor) error {
	advocate, now := team["freya"], r.clock.Now()
	today := clock.DayOf(now)
	all, err := r.board.Campaigns(ctx, advocate)
	if err != nil || len(all) == 0 {
		return err
	}
	home := all[0].ID
	petition := ids.New("petition")
	err = r.roll.Begin(ctx, advocate, petition, "invented-sample", home, supporters.Content{Title: campaign.Text{EN: "Let them pass (invented sample)", RU: "Дайте им проехать (вымышленный пример)"},
		To: campaign.Text{EN: "The ministers of an invented union", RU: "Министрам вымышленного союза"}, Body: campaign.Text{EN: "We ask for visas for people who are hunted.\n\nThis text is a sample.", RU: "Мы просим визы для людей, на которых охотятся.\n\nЭтот текст — пример."}, Until: clock.DayOf(now.AddDate(0, 2, 0)), Goal: 1000})
	if err != nil {
		return fmt.Errorf("a petition: %w", err)
	}
	way := ids.New("pathway")
	err = r.guide.KeepPathway(ctx, team["clara"], way, 0, pathways.Pathway{Country: "UY", Kind: "humanitarian", Title: "Humanitarian visa (invented sample)", Door: "consulate", Minors: "with", Valid: 90,
		Papers: []pathways.Paper{{Kind: "passport", Must: true}}, Steps: []pathways.Step{{What: "We write to the office (invented)", Least: 2, Most: 5}, {What: "The consulate invites them (invented)", Least: 5, Most: 20}},
		Parts: map[string]pathways.Part{"qualifies": {Words: "Whoever is in danger for who they are (invented).", Source: "an invented notice", Day: today}}, Review: clock.DayOf(now.AddDate(0, 3, 0))})
	if err != nil {
		return fmt.Errorf("a way into a country: %w", err)
	}
	if err := r.guide.KeepOffer(ctx, team["clara"], ids.New("offer"), 0, pathways.Offer{Country: "UY", Pathway: way, By: "An invented office", Places: 3, Conditions: "A letter of ours for each (invented).", From: today}); err != nil {
		return fmt.Errorf("an offer: %w", err)
	}
	if err := r.samplesSaid(ctx, advocate, today); err != nil {
		return fmt.Errorf("what is said: %w", err)
	}
	name := redress.Matter{ID: ids.New("matter"), Campaign: home, Kind: redress.Memorial}
	if err := r.docket.Begin(ctx, advocate, name, redress.Details{Who: "Zaur Nesushchestvuyushchy", Words: "He sang (an invented person, a sample).", WordsRU: "Он пел (вымышленный человек, пример)."}); err != nil {
		return fmt.Errorf("a name of the dead: %w", err)
	}
	if err := r.docket.Admit(ctx, advocate, name.ID, team["hanna"].ID); err != nil { // it shall not hang on one member
		return fmt.Errorf("letting a colleague in: %w", err)
	}
	if err := r.docket.Agree(ctx, advocate, name.ID, redress.Consent{Given: today, How: "An invented sister, in writing (sample)"}); err != nil {
		return fmt.Errorf("a family's consent: %w", err)
	}
	if err := r.board.Plan(ctx, advocate, campaign.Task{ID: ids.New("todo"), Campaign: home, What: "Telephone an invented office (sample)", Who: advocate.ID, Due: clock.DayOf(now.AddDate(0, 0, 3))}); err != nil {
		return fmt.Errorf("a task: %w", err)
	}
	return nil
}

func (r *rooms) samplesSaid(ctx context.Context, a staff.Actor, today clock.Day) error {
	denial := reactions.Reaction{ID: ids.New("reaction"), Way: reactions.ByLink, URL: "https://times.example.org/1", Title: "Nobody was hurt, says a spokesman (invented sample)", Words: "An invented spokesman of an invented office says that nobody was hurt.", Speaker: "The Invented Times", Day: today}
	vigil := reactions.Reaction{ID: ids.New("reaction"), Way: reactions.ByLink, URL: "https://post.example.org/2", Title: "A vigil in an invented town (invented sample)", Speaker: "The Invented Post", Day: today}
	for _, x := range []reactions.Reaction{denial, vigil} {
		if err := r.heard.PutIn(ctx, a, x); err != nil {
			return err
		}
	}
	return r.heard.Read(ctx, a, denial.ID, reactions.Reading{Tone: reactions.Hostile, Harms: []reactions.Harm{reactions.Denying}, Note: "It says that nothing happened.", Decision: reactions.Answer, Reply: "The numbers, with their range and their sources, beside the denial."}, 1)
}
