package scenario_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"waylight/desk/internal/count"
	"waylight/desk/internal/scenario"
	"waylight/internal/founding"
)

func TestFounding(t *testing.T) {
	t.Parallel()
	d, err := scenario.Parse(founding.Scenario())
	if err != nil {
		t.Fatal(err)
	}
	if d.AsOf != "2017-04-09" || !d.Historical || len(d.Sources) != 5 || len(d.Claims) != 6 || len(d.Statements) != 3 ||
		len(d.Organisations) != 3 || len(d.Channels) != 2 || len(d.Campaign.Demands) != 5 || d.Campaign.Targets.Governments != 12 || d.Campaign.Targets.Named {
		t.Errorf("read %+v", d)
	}
	if c := d.Claims[0]; c.Bound != (count.Bound{Word: count.MoreThan, Value: 100}) || c.Line != 28 || !c.Counts {
		t.Errorf("first claim %+v", c)
	}
	if c := d.Claims[2]; c.Counts || c.Confirms != "c1" {
		t.Errorf("third claim %+v", c)
	}
	if s := d.Statements[0]; len(s.Contradicts) != 2 {
		t.Errorf("denial %+v", s)
	}
}

func TestLater(t *testing.T) {
	t.Parallel()
	d, err := scenario.Parse(founding.Later())
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Help) != 4 || len(d.Counts) != 7 || len(d.Results) != 3 || len(d.Results[0].By) != 16 || d.Results[2].Kind != "denial" {
		t.Errorf("read %+v", d)
	}
	if m := d.Money; m.Raised != 479064 || m.SupportMonths.Mean != 35 || len(m.Shares) != 9 || m.Shares[0].Tenths != 185 || m.Shares[7].Tenths != 50 {
		t.Errorf("money %+v", m)
	}
}

// Each variant breaks the founding file in one place; the error must name that place.
func TestBroken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, place, says string }{
		{"unknown field", `"place": "Moscow"}`, `"place": "Moscow", "colour": "red"}`, "line 21, sources[0].colour", "not known here"},
		{"unknown top field", `"historical": true,`, `"historical": true, "mood": 1,`, "line 4, mood", "not known here"},
		{"wrong day", `"as_of": "2017-04-09"`, `"as_of": "2017-04-31"`, "line 3, as_of", "does not exist in the calendar"},
		{"not a day", `"as_of": "2017-04-09"`, `"as_of": "2017-04"`, "line 3, as_of", "is not one day"},
		{"wrong date", `"source": "rln", "date": "2017-04-09"`, `"source": "rln", "date": "9 April"`, "line 33, claims[5].date", "is not a date"},
		{"missing date", `"source": "rln", "date": "2017-04-09", `, `"source": "rln", `, "line 33, claims[5]", `"date" is missing`},
		{"wrong bound", `"bound": "more than"`, `"bound": "over"`, "line 28, claims[0].bound", "is not a bound"},
		{"bound without number", `"bound": "up to", "value": 20`, `"bound": "up to"`, "line 32, claims[4].bound", "needs a number"},
		{"number without bound", `"bound": "up to", "value": 20`, `"value": 20`, "line 32, claims[4]", `"bound" is missing`},
		{"unknown with number", `"act": "torture", "unit": "persons", "bound": "unknown"`, `"act": "torture", "unit": "persons", "bound": "unknown", "value": 0`, "line 31, claims[3].value", "unknown is not zero"},
		{"negative", `"value": 3,`, `"value": -3,`, "line 29, claims[1].value", "not a whole number"},
		{"fraction", `"value": 3,`, `"value": 3.5,`, "line 29, claims[1].value", "not a whole number"},
		{"number as text", `"value": 3,`, `"value": "3",`, "line 29, claims[1].value", "a number, not text"},
		{"between backwards", `"bound": "up to", "value": 20`, `"bound": "between", "value": 20, "to": 3`, "line 32, claims[4].bound", "ends before it begins"},
		{"missing source", `"source": "novaya", "date": "2017-04-01", "act": "killing"`, `"source": "novaja", "date": "2017-04-01", "act": "killing"`, "line 29, claims[1].source", `no source with the key "novaja"`},
		{"missing claim", `"contradicts": ["c1", "c2"]`, `"contradicts": ["c1", "c9"]`, "line 36, statements[0].contradicts[1]", `no claim with the key "c9"`},
		{"duplicate key", `{"key": "c2"`, `{"key": "c1"`, "line 29, claims[1].key", "used already for the claim on line 28"},
		{"duplicate field", `"confirms": "c1"}`, `"confirms": "c1", "confirms": "c2"}`, "line 30, claims[2].confirms", "stands here twice"},
		{"confirms another act", `"confirms": "c1"`, `"confirms": "c2"`, "line 30, claims[2].confirms", "is about"},
		{"confirms itself", `"confirms": "c1"`, `"confirms": "c3"`, "line 30, claims[2].confirms", "in a circle"},
		{"confirm one another", `"act": "arbitrary detention", "unit": "persons", "bound": "more than"`, `"act": "arbitrary detention", "confirms": "c3", "unit": "persons", "bound": "more than"`, "line 30, claims[2].confirms", "in a circle"},
		{"unknown act", `"act": "torture"`, `"act": "tortur"`, "line 31, claims[3].act", "Use one of"},
		{"unknown kind of statement", `"kind": "denial"`, `"kind": "denail"`, "line 36, statements[0].kind", "Use one of"},
		{"list for object", `"situation": {`, `"situation": [], "situations": {`, "line 5, situation", "an object, not a list"},
		{"too many governments", `"governments": 12`, `"governments": 1200`, "line 49, campaign.targets.governments", "not so many"},
		{"cut off", "]}\n  }\n}", "", "line 49", "ends too early"},
		{"comma", `"historical": true,`, `"historical": true,,`, "line 4", "not valid JSON"},
		{"second document", `"United Nations officials"]}` + "\n  }\n}", `"United Nations officials"]}` + "\n  }\n}{}", "line 51", "more after the end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			good := founding.Scenario()
			bad := bytes.Replace(good, []byte(c.old), []byte(c.new), 1)
			if bytes.Equal(good, bad) {
				t.Fatal("the variant does not break the file")
			}
			d, err := scenario.Parse(bad)
			var errs scenario.Errors
			if !errors.As(err, &errs) {
				t.Fatalf("got error %v", err)
			}
			if d.Name != "" || d.Claims != nil {
				t.Errorf("a broken file gave a document")
			}
			found := false
			for _, e := range errs {
				found = found || strings.HasPrefix(e.Error(), c.place+":") && strings.Contains(e.Text, c.says)
			}
			if !found {
				t.Errorf("want %q … %q, got:\n%v", c.place, c.says, err)
			}
		})
	}
}

func TestAllErrorsAtOnce(t *testing.T) {
	t.Parallel()
	bad := bytes.NewBuffer(nil)
	bad.Write(founding.Scenario())
	b := bytes.ReplaceAll(bad.Bytes(), []byte(`"bound": "up to"`), []byte(`"bound": "upto"`))
	b = bytes.ReplaceAll(b, []byte(`"by": "spokesman"`), []byte(`"by": "nobody"`))
	b = bytes.ReplaceAll(b, []byte(`"as_of": "2017-04-09"`), []byte(`"as_of": "yesterday"`))
	_, err := scenario.Parse(b)
	var errs scenario.Errors
	if !errors.As(err, &errs) || len(errs) != 3 || errs[0].Line != 3 || errs[1].Line != 32 || errs[2].Line != 36 {
		t.Errorf("want three errors in the order of the file, got:\n%v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(founding.Scenario())
	f.Add(founding.Later())
	f.Add([]byte(`{"scenario":"x","historical":false,"claims":[{"key":"a","confirms":"a"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := scenario.Parse(data)
		var errs scenario.Errors
		switch {
		case err == nil && (d.Hash == "" || d.Name == ""):
			t.Error("a document without hash or name")
		case err != nil && (!errors.As(err, &errs) || len(errs) == 0 || d.Hash != ""):
			t.Errorf("a refusal that does not say why, or half a document: %v", err)
		}
		for _, e := range errs {
			if e.Line < 1 || e.Text == "" {
				t.Errorf("an error without a place: %+v", e)
			}
		}
		for _, c := range d.Claims {
			if c.Counts && c.Bound.Word == "" {
				t.Error("a claim with a number but without a bound")
			}
		}
	})
}
