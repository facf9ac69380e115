package figureweb_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"waylight/desk/internal/count"
	"waylight/desk/internal/record"
	"waylight/desk/internal/scenario"
	"waylight/internal/browser"
	"waylight/internal/founding"
)

// TestFoundingByHand enters the founding scenario and what was published later through
// the pages, in a browser without scripts, as a documenter would: nothing is imported. The
// figures are the stated ones, on 9 April, on 17 April and at the end of the year; each
// day's stay in the history; the denial stands beside what it denies; three outlets of
// one origin do not raise the grade, a fourth independent one does.
func TestFoundingByHand(t *testing.T) {
	d := newDesk(t)
	e := &entry{walker: d.walk(browser.NoScript), d: d, sources: map[string]string{}, items: map[string]string{}, claims: map[string]string{}}
	e.as("dora")
	first := e.parse(founding.Scenario())
	e.scenario(first)
	e.figures("People detained", "People killed", "People tortured", "People threatened by their family")
	e.figure("People detained", "at least 101", "more than 100", "Spokesman of the leader of Chechnya", "it happened; no number")
	e.figure("People killed", "3 to 20", "Spokesman of the leader of Chechnya", "several reports, reconciled")
	e.figure("People tortured", "number unknown")
	e.figure("People threatened by their family", "number unknown")
	e.open("/record/statements")
	e.reads("Spokesman of the leader of Chechnya", "It contradicts", "People detained", "People killed", "suggests that relatives would kill")

	d.ground.Clock.Advance(8 * 24 * time.Hour) // 17 April
	later := e.parse(founding.Later())
	e.counts(later, "2017-04-17")
	e.figures("People who asked for help", "People supported", "People with whom contact was lost")
	e.figure("People who asked for help", "about 60")
	e.figure("People supported", "at least 31")
	e.figure("People with whom contact was lost", "2")
	e.figure("People killed", "3 to 20", "9 April 2017") // nothing new was said about it

	d.ground.Clock.Advance(24 * 24 * time.Hour) // 11 May
	e.counts(later, "2017-05-11")
	e.figures("People evacuated")
	d.ground.Clock.Advance((30*9 + 4) * 24 * time.Hour) // the account of February 2018
	e.counts(later, "2017-12-31")
	e.figures("People who left the country")
	for _, f := range []string{"People who asked for help", "People evacuated"} {
		e.figure(f)
		e.press("Reckon", filled{"As of", "2017-12-31"})
	}
	e.figure("People who asked for help", "31 December 2017 at least 171", "17 April 2017 about 60", "A later count goes further: it runs to 2017-12-31.")
	e.figure("People evacuated", "106", "11 May 2017 at least 40")
	e.figure("People killed", "3 to 20")
	d.ground.Clock.Advance(365 * 24 * time.Hour)
	e.response(later)
	e.outlets(first)
}

// entry is a documenter at work: what was put down, by the keys of the file.
type entry struct {
	*walker
	d                      *desk
	sources, items, claims map[string]string // addresses
	incident               string
	title                  string
}

func (e *entry) parse(data []byte) scenario.Document {
	e.t.Helper()
	doc, err := scenario.Parse(data)
	if err != nil {
		e.t.Fatal(err)
	}
	return doc
}

func (e *entry) path() string {
	path, _, _ := strings.Cut(strings.TrimPrefix(e.p.URL(), e.here), "?")
	return path
}

func (e *entry) source(key, name, kind string) {
	e.t.Helper()
	if e.sources[key] != "" {
		return
	}
	kinds := map[string]string{"media": "Press, radio, television", "unnamed group": "A group that is not named", "ngo": "An organisation", "authority": "An authority"}
	e.open("/record")
	e.press("Add a source")
	fields := []filled{{"Name or pseudonym", name}, {"Kind", kinds[kind]}, {"In public", "The source may be named in public"}}
	if strings.HasPrefix(name, "Russian LGBT Network") { // its accounting is its own word
		fields = append(fields, filled{"Origin", "rln"})
	}
	e.press("Keep the source", fields...)
	e.sources[key] = e.path()
}

func (e *entry) item(source, day string) string {
	e.t.Helper()
	key := source + " " + day
	if e.items[key] == "" {
		e.open(e.sources[source])
		e.press("Add an item")
		e.press("Keep the item", filled{"Title", "What was published, " + day}, filled{"Kind", "Restated facts"}, filled{"Dated", day})
		e.items[key] = e.path()
	}
	return e.items[key]
}

// claim makes a claim from an item; the page stays at the claim.
func (e *entry) claim(key, item string, status record.Status, counts bool, b count.Bound, more ...filled) {
	e.t.Helper()
	e.open(item)
	fields := append([]filled{{"They are about", status.Label()}, {"How near the source was", "Relayed: heard it from others"}, {"Incident", e.title}}, more...)
	if counts {
		word := string(b.Word)
		if b.Word == count.Unknown {
			word = "number unknown"
		}
		fields = append(fields, filled{"How the number is meant", word})
		if b.Word != count.Unknown {
			fields = append(fields, filled{"The count", fmt.Sprint(b.Value)})
		}
	}
	e.press("Keep the claim", fields...)
	e.claims[key] = e.path()
}

func (e *entry) scenario(doc scenario.Document) {
	e.t.Helper()
	e.title = doc.Situation.Title
	e.press("Add an incident")
	e.press("Keep the incident", filled{"Title", e.title}, filled{"Place", doc.Situation.Place}, filled{"When", "../2017-04-09"}, filled{"What is known", "Assessment on 2017-04-09: " + doc.Situation.Assessment})
	e.incident = e.path()
	for _, s := range doc.Sources {
		e.source(s.Key, s.Name, s.Kind)
	}
	acts := map[string]bool{}
	for _, c := range doc.Claims {
		act := record.Act(c.Act)
		if !acts[c.Act] {
			acts[c.Act] = true
			e.open(e.incident)
			e.press("Keep the act", filled{"Act", act.Label()})
		}
		e.claim(c.Key, e.item(c.Source, string(c.Date)), act.Status(), c.Counts, c.Bound, filled{"Done by, as the source says", c.Perpetrator})
		if c.Confirms == "" {
			continue
		}
		for _, o := range doc.Claims {
			if o.Key == c.Confirms {
				e.press("Tie the two", filled{"This claim", "confirms"}, filled{"the claim", "Novaya Gazeta, 1 April 2017: more than 100"})
			}
		}
	}
	e.reads("People threatened by their family")
	for _, s := range doc.Statements {
		e.statement(doc, s)
	}
}

var speeches = map[string][2]string{"denial": {"Denial", "Denies what is reported."}, "call for accountability": {"Call for accountability", "Calls for those responsible to be held to account."}}

func (e *entry) statement(doc scenario.Document, s scenario.Statement) {
	e.t.Helper()
	kind, ok := speeches[s.Kind]
	if !ok {
		kind = [2]string{"Warning against harmful use", "Warns against " + strings.TrimPrefix(s.Kind, "warning against ")}
	}
	speaker := ""
	for _, x := range doc.Sources {
		if x.Key == s.By {
			speaker = x.Name
		}
	}
	summary := strings.Join(append([]string{kind[1]}, s.Also...), " ")
	fields := []filled{{"Who spoke", speaker}, {"Kind", kind[0]}, {"Said on", string(s.Date)}, {"Summary", summary}}
	for range s.Contradicts {
		fields = append(fields, filled{"It contradicts", map[int]string{4: "People detained: more than 100", 5: "People killed: at least 3"}[len(fields)]})
	}
	e.open(e.incident)
	e.press("Add a statement")
	e.press("Keep the statement", fields...)
}

// counts enters the published running totals of one day.
func (e *entry) counts(doc scenario.Document, day string) {
	e.t.Helper()
	for n, c := range doc.Counts {
		if string(c.Date) != day {
			continue
		}
		kind := "ngo"
		if c.Source == "press" {
			kind = "media"
		}
		e.source(c.Source, strings.ToUpper(c.Source[:1])+c.Source[1:], kind)
		status := record.Status("")
		for _, s := range record.Statuses() {
			if strings.EqualFold(s.Label(), c.What) {
				status = s
			}
		}
		e.claim(fmt.Sprint("count", n), e.item(c.Source, day), status, true, c.Bound, filled{"Counted up to", day})
	}
}

// response enters what was done about it, and what the other side said.
func (e *entry) response(doc scenario.Document) {
	e.t.Helper()
	for _, h := range doc.Help {
		e.open(e.incident)
		e.press("Keep the fact", filled{"What happened", h.Event}, filled{"On", string(h.Date)}, filled{"What it belongs to", "the help"}, filled{"Who says so", h.Source})
	}
	for _, r := range doc.Results {
		if r.Kind != "" {
			e.open(e.incident)
			e.press("Add a statement")
			e.press("Keep the statement", filled{"Who spoke", strings.Join(r.By, ", ")}, filled{"Kind", "Denial"}, filled{"Said on", string(r.Date)}, filled{"Summary", r.What})
			continue
		}
		e.open(e.incident)
		e.press("Keep the fact", filled{"What happened", r.What}, filled{"On", string(r.Date)}, filled{"What it belongs to", "what governments and institutions did"}, filled{"Who did it", strings.Join(r.By, ", ")})
	}
	e.open(e.incident)
	e.reads("first person evacuated from Chechnya", "Moscow Mechanism of the OSCE invoked", "Belgium, Canada, Denmark", "calls the accusations biased and groundless")
}

// figures begins a figure of each and sees it in the list.
func (e *entry) figures(labels ...string) {
	e.t.Helper()
	for _, l := range labels {
		e.open("/figures")
		e.press("Begin a figure")
		e.press("Keep the figure", filled{"What is counted", l}, filled{"Incident", e.title})
	}
}

// figure opens a figure from the list; it must say each of want.
func (e *entry) figure(label string, want ...string) {
	e.t.Helper()
	e.open("/figures")
	e.press("Claims, rules and history: " + label)
	text := e.text()
	for _, s := range want {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(s)) {
			e.t.Errorf("%s does not say %q:\n%s", label, s, text)
		}
	}
}

// outlets: three papers that print one dispatch beside the founding report's claims do
// not raise the grade of another act; a fourth that was there does.
func (e *entry) outlets(scenario.Document) {
	e.t.Helper()
	e.title = "A night at the old mill (invented)"
	e.open("/record")
	e.press("Add an incident")
	e.press("Keep the incident", filled{"Title", e.title}, filled{"When", "2017-04-01"})
	e.incident = e.path()
	e.press("Keep the act", filled{"Act", "Killing"})
	const dispatch = "In the night of Saturday three men were killed near the old mill, people of the village say."
	for n, name := range []string{"The Morning Herald (invented)", "Evening Letter (invented)", "Radio North (invented)", "A reporter who was there (invented)"} {
		text := "As was heard. " + dispatch
		if n == 3 {
			text = "I saw the graves myself. Here lie three men, and their mothers stood beside me."
		}
		e.source(name, name, "media")
		e.open(e.sources[name])
		e.press("Add an item")
		e.press("Keep the item", filled{"Title", "Article of 2 April"}, filled{"Kind", "Press article"}, filled{"Dated", "2017-04-02"}, filled{"The text", text})
		sentence := dispatch
		if n == 3 {
			sentence = "Here lie three men, and their mothers stood beside me."
		}
		e.press(sentence) // takes it, without a script
		e.press("Keep the claim", filled{"They are about", "People killed"}, filled{"How near the source was", "Relayed: heard it from others"}, filled{"Incident", e.title}, filled{"How the number is meant", "exactly"}, filled{"The count", "3"})
		e.reads(sentence)
		e.open(e.incident)
		e.reads(map[int]string{0: "The claims propose: Reported", 1: "The claims propose: Consistent", 2: "The claims propose: Consistent", 3: "The claims propose: Corroborated"}[n])
		if n == 2 {
			e.decide(2)
			e.open(e.incident)
			e.reads("The claims propose: Consistent")
		}
	}
	e.press("Killing")
	e.reads("Corroborated: two independent sources agree", "of 2 independent origins")
}

// decide says of every pair that waits that it is of one origin. Once two are joined a third follows by itself.
func (e *entry) decide(most int) {
	e.t.Helper()
	e.press("Killing")
	for range most {
		if !regexp.MustCompile(`nobody has decided`).MatchString(e.text()) {
			break
		}
		e.press("Keep the decision", filled{"Your decision", "They share one origin"}, filled{"Why", "The dispatch of one day (invented)."})
	}
	e.reads("The sources share one origin: together they count as one.")
}
