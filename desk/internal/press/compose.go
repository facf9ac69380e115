package press

import (
	"context"
	"strings"

	"waylight/desk/internal/campaign"
	"waylight/desk/internal/count"
	"waylight/desk/internal/figures"
	"waylight/desk/internal/publish"
	"waylight/internal/clock"
	"waylight/internal/fault"
	"waylight/internal/i18n"
)

// speak says a sentence of the record in both languages.
func speak(cat *i18n.Catalogue, say func(w i18n.Words) string) publish.Text {
	return publish.Text{EN: say(cat.For(i18n.English)), RU: say(cat.For(i18n.Russian))}
}

// Figures freezes public figures in both languages. The catalogue must hold the
// words of the record and figure rooms.
func Figures(cat *i18n.Catalogue, all []figures.Public) []publish.Figure {
	var out []publish.Figure
	for _, f := range all {
		p := publish.Figure{Key: f.Key, Version: f.Reckoning, AsOf: f.AsOf, Suppressed: f.Suppressed,
			Label: speak(cat, func(w i18n.Words) string { return label(w, f) }), Says: speak(cat, func(w i18n.Words) string { return f.Words.In(w) })}
		if f.Suppressed {
			out = append(out, p)
			continue
		}
		p.Low, p.Best, p.High = known(f.Range.Low), known(f.Range.Best), known(f.Range.High)
		for _, m := range f.Method {
			if m.Text != "" {
				p.Method = append(p.Method, speak(cat, func(w i18n.Words) string { return m.In(w) }))
			}
		}
		for _, s := range f.Sources {
			src := publish.Source{Name: publish.Text{EN: s.Name, RU: inRussian(s.Name)}, Day: string(s.Dated), Used: s.Used,
				Says: speak(cat, func(w i18n.Words) string { return s.Says.In(w) }), Why: speak(cat, func(w i18n.Words) string { return s.Why.In(w) })}
			if !s.Named {
				src.Name = speak(cat, func(w i18n.Words) string { return w.T(s.Name) })
			}
			p.Sources = append(p.Sources, src)
		}
		for _, s := range f.Statements {
			d := publish.Denial{Speaker: publish.Text{EN: s.Speaker, RU: inRussian(s.Speaker)}, Day: string(s.Dated), Words: speak(cat, func(w i18n.Words) string { return w.T(s.Summary) })}
			switch {
			case s.Quote != "":
				d.Words, d.Quoted = publish.Text{EN: s.Quote, RU: s.Quote}, true
			case s.Summary == "":
				d.Words = speak(cat, func(w i18n.Words) string { return w.T("The report is denied.") })
			}
			for _, a := range s.Against {
				d.Against = append(d.Against, publish.Text{EN: a, RU: inRussian(cat.For(i18n.Russian).T(a))}) // a name, or the sentence for one that is withheld
			}
			p.Denials = append(p.Denials, d)
		}
		out = append(out, p)
	}
	return out
}

// inRussian gives the Russian name of those who speak in the founding scenario;
// another name stays as its source is published.
func inRussian(name string) string {
	switch name {
	case "Novaya Gazeta":
		return "«Новая газета»"
	case "Independent sources":
		return "Независимые источники"
	case "Russian LGBT Network":
		return "Российская ЛГБТ-сеть"
	case "Russian LGBT Network update":
		return "Российская ЛГБТ-сеть, сообщение"
	case "Russian LGBT Network accounting, 2018-02":
		return "Российская ЛГБТ-сеть, отчёт, февраль 2018"
	case "Spokesman of the leader of Chechnya":
		return "Пресс-секретарь главы Чечни"
	case "press":
		return "пресса"
	}
	return name
}

func label(w i18n.Words, f figures.Public) string {
	s := w.T(f.Label)
	if f.Population != "" {
		s += ", " + f.Population
	}
	return s
}

func known(n count.Number) *int64 {
	if !n.Known {
		return nil
	}
	v := n.N
	return &v
}

// Compose drafts a situation report from the record and the campaign as they
// stand: an editor goes on from there. Its words promise nothing and give no
// contact but the deployment's own page.
func (p *Press) Compose(f campaign.File, public []figures.Public, day clock.Day) publish.Report {
	t := func(sentence string, args ...any) publish.Text {
		return speak(p.cat, func(w i18n.Words) string { return w.T(sentence, args...) })
	}
	r := publish.Report{Title: f.Campaign.Title, AsOf: day, By: f.Campaign.By, Figures: Figures(p.cat, public), Board: publish.FreezeBoard(f, day)}
	if r.Title.RU == "" {
		r.Title.RU = r.Title.EN
	}
	for _, x := range public {
		r.Historical = r.Historical || x.Historical
	}
	var en, ru []string
	for _, x := range r.Figures {
		if x.Low != nil || x.Best != nil || x.High != nil {
			en, ru = append(en, x.Label.EN+": "+x.Says.EN), append(ru, x.Label.RU+": "+x.Says.RU)
		}
	}
	r.Summary = []publish.Text{t(i18n.Key("This report gathers what several sources say about one emergency, how well each number is known, who denies it, and what governments were asked to do."))}
	if len(en) > 0 {
		r.Summary = append(r.Summary, publish.Text{EN: strings.Join(en, "; ") + ".", RU: strings.Join(ru, "; ") + "."})
	}
	r.Reader = []publish.Text{t(i18n.Key("Write to your own minister or representative: ask what they have done about each demand, and tell us what they answer.")), t(i18n.Key("Share this page as it is. Do not look for the people concerned, and do not publish faces, names, dates or villages."))}
	r.Help = []publish.Text{t(i18n.Key("If you or somebody near you is in danger, write through this site's own page for help. You do not need to give a name."))}
	r.Limits = []publish.Text{t(i18n.Key("Nobody knows the full numbers. Many people cannot speak, and some reports cannot be checked from outside."))}
	return r
}

// Bases tells the campaign how the figures stand now.
type Bases struct {
	Catalogue *i18n.Catalogue
	Public    func(ctx context.Context) ([]figures.Public, error)
	Findings  func(ctx context.Context) ([]Concluded, error) // nil: demands rest on figures alone
}

// Concluded is what two people have found about an act: sentence keys for its parts.
type Concluded struct{ Deed, Version, Incident, Act, Grade string }

// Bases lists every figure that may be shown, and every finding that two people share.
func (b Bases) Bases(ctx context.Context) ([]campaign.Basis, error) {
	all, err := b.Public(ctx)
	if err != nil {
		return nil, err
	}
	var out []campaign.Basis
	for _, f := range all {
		if f.Suppressed {
			continue
		}
		out = append(out, campaign.Basis{Kind: "figure", Key: f.Key, Version: f.Reckoning,
			Says: speak(b.Catalogue, func(w i18n.Words) string { return label(w, f) + ": " + f.Words.In(w) })})
	}
	if b.Findings == nil {
		return out, nil
	}
	found, err := b.Findings(ctx)
	for _, f := range found {
		out = append(out, campaign.Basis{Kind: "finding", Key: f.Deed, Version: f.Version,
			Says: speak(b.Catalogue, func(w i18n.Words) string { return w.T(f.Incident) + ", " + w.T(f.Act) + ": " + w.T(f.Grade) })})
	}
	return out, err
}

// Basis gives one figure or finding; NotFound when it may not be shown or is gone.
func (b Bases) Basis(ctx context.Context, kind, key string) (campaign.Basis, error) {
	all, err := b.Bases(ctx)
	if err != nil {
		return campaign.Basis{}, err
	}
	for _, x := range all {
		if x.Kind == kind && x.Key == key {
			return x, nil
		}
	}
	return campaign.Basis{}, fault.Missing()
}

var _ campaign.Bases = Bases{}
