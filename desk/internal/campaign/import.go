package campaign

import (
	"context"
	"strings"

	"waylight/desk/internal/ledger"
	"waylight/desk/internal/scenario"
	"waylight/desk/internal/staff"
	"waylight/internal/fault"
	"waylight/internal/ids"
)

// resultsDemand is the demand under which results of a later file stand: a
// mechanism that was invoked and a report that was presented answer the call to
// account.
const resultsDemand = "accountability"

// Import takes the campaign part of a scenario: demands and targets of a first
// file, results of a later one. The same file twice is a no-op that answers
// false. Answers come in with the file as their evidence and wait for a second
// person before they are public.
func (b *Board) Import(ctx context.Context, a staff.Actor, doc scenario.Document) (fresh bool, err error) {
	if err := a.Must(leads...); err != nil {
		return false, err
	}
	err = b.Within(ctx, func(s Store) (err error) {
		fresh, err = b.ImportIn(ctx, s, a, doc)
		return err
	})
	return fresh, err
}

// ImportIn is Import inside a transaction that the caller has open.
func (b *Board) ImportIn(ctx context.Context, s Store, a staff.Actor, doc scenario.Document) (bool, error) {
	fresh, err := s.CampaignImported(ctx, doc.Hash)
	if err != nil || !fresh {
		return false, err
	}
	var f File
	if doc.Campaign.By != "" {
		if f, err = plan(ctx, s, a, doc); err != nil {
			return false, err
		}
	} else if len(doc.Results) > 0 {
		if f, err = latest(ctx, s); err != nil {
			return false, err
		}
	}
	if len(doc.Results) > 0 {
		if err := b.results(ctx, s, a, f, doc); err != nil {
			return false, err
		}
	}
	return true, s.Append(ctx, ledger.Entry{Actor: a.ID, Action: "campaign.imported", Subject: f.Campaign.ID, Detail: struct {
		SHA256           string
		Demands, Results int
	}{doc.Hash, len(doc.Campaign.Demands), len(doc.Results)}})
}

func plan(ctx context.Context, s Store, a staff.Actor, doc scenario.Document) (File, error) {
	by := doc.Campaign.By
	for _, o := range doc.Organisations {
		if o.Key == by {
			by = o.Name
		}
	}
	f := File{Campaign: Campaign{ID: ids.New("campaign"), Key: doc.Name, Title: known(doc.Situation.Title), By: by, AsOf: doc.AsOf}}
	if err := s.PutCampaign(ctx, f.Campaign); err != nil {
		return f, err
	}
	for i, d := range doc.Campaign.Demands {
		demand := Demand{ID: ids.New("demand"), Campaign: f.Campaign.ID, Key: d.Key, Text: known(d.Text), Through: d.Through, Order: i}
		f.Demands = append(f.Demands, demand)
		if err := s.PutDemand(ctx, demand); err != nil {
			return f, err
		}
	}
	var targets []Target
	for i := range doc.Campaign.Targets.Governments {
		targets = append(targets, Target{Kind: Government, Number: i + 1, Lang: "en"})
	}
	for i, name := range doc.Campaign.Targets.Institutions {
		targets = append(targets, Target{Kind: Institution, Number: i + 1, Name: known(name), Lang: "en"})
	}
	for _, t := range targets {
		t.ID, t.Campaign = ids.New("target"), f.Campaign.ID
		f.Targets = append(f.Targets, t)
		if err := s.PutTarget(ctx, t); err != nil {
			return f, err
		}
	}
	return f, called(ctx, s, a, f)
}

// called notes the public call that the report itself is: what is to be reached
// through a counterpart was asked of the governments, the rest of the institutions.
func called(ctx context.Context, s Store, a staff.Actor, f File) error {
	for _, d := range f.Demands {
		kind := Institution
		if strings.Contains(d.Through, "counterpart") {
			kind = Government
		}
		for _, t := range f.Targets {
			if t.Kind != kind {
				continue
			}
			if err := addAsk(ctx, s, f, a, Ask{Way: ByCall, Sent: f.Campaign.AsOf, Note: "public call"}, d.ID, t.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func latest(ctx context.Context, s Store) (File, error) {
	all, err := s.Campaigns(ctx)
	if err != nil {
		return File{}, err
	}
	if len(all) == 0 {
		return File{}, fault.New(fault.Conflict, "There is no campaign yet to which these results belong. Import the file with the demands first.")
	}
	return s.CampaignFile(ctx, all[0].ID)
}

// results puts each result to those who did it, who become targets when they are none yet.
func (b *Board) results(ctx context.Context, s Store, a staff.Actor, f File, doc scenario.Document) error {
	demand := ""
	for _, d := range f.Demands {
		if d.Key == resultsDemand || demand == "" {
			demand = d.ID
		}
		if d.Key == resultsDemand {
			break
		}
	}
	numbers := map[Kind]int{}
	byName := map[string]string{}
	for _, t := range f.Targets {
		numbers[t.Kind] = max(numbers[t.Kind], t.Number)
		byName[t.Name.EN] = t.ID
	}
	for _, r := range doc.Results {
		_, day := r.Date.Span() // a date of a month counts from its last day
		state := Resulted
		if r.Kind == "denial" {
			state = Denied
		}
		for _, name := range r.By {
			id, ok := byName[name]
			if !ok {
				t := Target{ID: ids.New("target"), Campaign: f.Campaign.ID, Kind: whatIs(name, r), Name: known(name), Lang: "en"}
				numbers[t.Kind]++
				t.Number = numbers[t.Kind]
				if err := s.PutTarget(ctx, t); err != nil {
					return err
				}
				id = t.ID
				byName[name] = id
			}
			resp := Response{
				ID: ids.New("response"), Campaign: f.Campaign.ID, Demand: demand, Target: id, State: state, Day: day,
				Evidence: "scenario " + doc.Name + ", results, " + string(r.Date), Words: known(r.What), Author: a.ID, At: b.Clock.Now(),
			}
			if err := resp.Check(); err != nil {
				return err
			}
			if err := s.PutResponse(ctx, resp); err != nil {
				return err
			}
		}
	}
	return nil
}

func whatIs(name string, r scenario.Result) Kind {
	switch {
	case r.Kind == "denial":
		return Counterpart
	case name == strings.ToUpper(name):
		return Institution // OSCE, UN: bodies go by their letters
	}
	return Government
}

// known gives a sentence of the founding files with its Russian, else English alone.
func known(en string) Text { return Text{EN: en, RU: founding[en]} }

// founding holds the Russian of the founding scenario's campaign sentences.
var founding = map[string]string{
	"Persecution of men perceived to be gay in Chechnya":                                    "Преследование мужчин, которых считают геями, в Чечне",
	"Condemn the reported abuses":                                                           "Осудить преступления, о которых сообщается",
	"Hold the perpetrators accountable":                                                     "Привлечь виновных к ответственности",
	"Release the detained men at once":                                                      "Немедленно освободить задержанных",
	"Give reparations to survivors and to victims' families":                                "Возместить ущерб пострадавшим и семьям погибших",
	"Issue a statement of condemnation":                                                     "Выступить с осуждением",
	"United Nations officials":                                                              "Должностные лица Организации Объединённых Наций",
	"Moscow Mechanism of the OSCE invoked":                                                  "Начата процедура Московского механизма ОБСЕ",
	"rapporteur's report presented: very serious violations confirmed, climate of impunity": "Представлен доклад докладчика: очень серьёзные нарушения подтверждены, царит безнаказанность",
	"the Russian side calls the accusations biased and groundless":                          "Российская сторона называет обвинения предвзятыми и необоснованными",
	"OSCE": "ОБСЕ", "Russian Federation": "Российская Федерация", "Belgium": "Бельгия", "Canada": "Канада", "Denmark": "Дания", "Estonia": "Эстония",
	"Finland": "Финляндия", "France": "Франция", "Germany": "Германия", "Iceland": "Исландия", "Ireland": "Ирландия", "Latvia": "Латвия",
	"Lithuania": "Литва", "Netherlands": "Нидерланды", "Norway": "Норвегия", "Sweden": "Швеция", "United Kingdom": "Великобритания", "United States": "США",
}
