package press

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"waylight/desk/internal/publish"
	"waylight/internal/i18n"
	"waylight/internal/i18n/i18ntest"
	"waylight/internal/page"
	"waylight/internal/storybook"
)

func newPress(t testing.TB) *Press {
	t.Helper()
	p, err := New(i18n.Must(i18n.Load(page.Locale(), Locale())))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWords(t *testing.T) {
	t.Parallel()
	i18ntest.Check(t, i18ntest.Room{Templates: []fs.FS{templates}, Go: []string{"."}, Locale: Locale(), Shared: []fs.FS{page.Locale()}})
}

// edition is a report with every kind of part. Its people are nobody.
func edition() publish.Edition {
	n := page.Number
	denial := publish.Denial{Speaker: publish.Text{EN: "Spokesman of the leader of Chechnya", RU: "Пресс-секретарь главы Чечни"}, Day: "2017-04-09", Words: publish.Text{EN: "denies that there are such people", RU: "отрицает, что такие люди есть"}, Against: []publish.Text{{EN: "Novaya Gazeta", RU: "«Новая газета»"}}}
	return publish.Edition{ID: "edition_x", Slug: "chechnya-april-2017", Number: 1, Report: publish.Report{
		Title: publish.Text{EN: "Persecution of men perceived to be gay in Chechnya", RU: "Преследование мужчин, которых считают геями, в Чечне"},
		AsOf:  "2017-04-09", Historical: true, By: "An example organisation",
		Summary: []publish.Text{{EN: "More than 100 men were reported detained.", RU: "Сообщается о задержании более 100 мужчин."}},
		Figures: []publish.Figure{
			{Key: "detained", Label: publish.Text{EN: "People detained", RU: "Задержанные"}, Says: publish.Text{EN: "at least 101", RU: "не менее 101"}, Low: n(101), AsOf: "2017-04-09",
				Sources: []publish.Source{{Name: publish.Text{EN: "Novaya Gazeta", RU: "«Новая газета»"}, Day: "2017-04-01", Says: publish.Text{EN: "more than 100", RU: "более 100"}, Used: true}}, Denials: []publish.Denial{denial}},
			{Key: "killed", Label: publish.Text{EN: "People killed", RU: "Убитые"}, Says: publish.Text{EN: "3 to 20", RU: "от 3 до 20"}, Low: n(3), High: n(20), AsOf: "2017-04-09",
				Sources: []publish.Source{{Name: publish.Text{EN: "Novaya Gazeta", RU: "«Новая газета»"}, Says: publish.Text{EN: "at least 3", RU: "не менее 3"}, Used: true}, {Name: publish.Text{EN: "=Independent <b>sources</b>", RU: "Независимые источники"}, Says: publish.Text{EN: "up to 20", RU: "до 20"}, Used: true}}},
			{Key: "small", Label: publish.Text{EN: "In one village", RU: "В одном селе"}, Says: publish.Text{EN: "not shown, to protect people", RU: "не показано, чтобы защитить людей"}, Suppressed: true, AsOf: "2017-04-09"},
		},
		Board: publish.Board{AsOf: "2017-04-09", Demands: []publish.Text{{EN: "Condemn the reported abuses", RU: "Осудить"}, {EN: "Release the detained men", RU: "Освободить"}},
			Rows: []publish.BoardRow{{Target: publish.Text{EN: "12 governments (not named in the report)", RU: "12 правительств (в сообщении не названы)"}, Kind: "government", Count: 12, Cells: []publish.BoardCell{{State: "none", Asked: 1}, {State: "none"}}},
				{Target: publish.Text{EN: "OSCE", RU: "ОБСЕ"}, Kind: "institution", Count: 1, Cells: []publish.BoardCell{{State: "result", Since: "2018-11-01", Evidence: "document 1"}, {State: "denied", Asked: 1, Silence: 30}}}}},
		Map: &publish.Map{Km: 25, Least: 5, Areas: []publish.Area{{South: 43.1, North: 43.4, West: 45.4, East: 45.8, Incidents: 12, Town: publish.Text{EN: "Argunsk (invented)", RU: "Аргунск (вымышлен)"}}, {South: 43.4, North: 43.7, West: 45.8, East: 46.2, Incidents: 5}},
			Towns: []publish.Town{{Name: publish.Text{EN: "Argunsk (invented)", RU: "Аргунск (вымышлен)"}, Lat: 43.3, Lon: 45.7}}},
		Reader: []publish.Text{{EN: "Write to your minister.", RU: "Напишите министру."}},
		Help:   []publish.Text{{EN: "Use the form on this site.", RU: "Воспользуйтесь формой на этом сайте."}},
		Limits: []publish.Text{{EN: "Nobody knows the full number.", RU: "Полное число неизвестно."}},
	}}
}

func files(t *testing.T) map[string]publish.File {
	t.Helper()
	out := map[string]publish.File{}
	list, err := newPress(t).Report(edition())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if _, twice := out[f.Path]; twice {
			t.Errorf("%s twice", f.Path)
		}
		out[f.Path] = f
	}
	return out
}

func TestSameEditionSameBytes(t *testing.T) {
	t.Parallel()
	a, errA := newPress(t).Report(edition())
	b, errB := newPress(t).Report(edition())
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if publish.DigestOf(a) != publish.DigestOf(b) {
		t.Error("the digests differ")
	}
	if a[0].Path != "report/chechnya-april-2017.en.html" {
		t.Errorf("the first page is %s", a[0].Path)
	}
}

var (
	links  = regexp.MustCompile(`(?:href|src|action)="([^"]*)"`)
	inline = regexp.MustCompile(`(?i)<script|\son[a-z]+=|\sstyle=|<style|javascript:|<iframe|<img|url\((?:"|')?https?:`)
	tags   = regexp.MustCompile(`</?([a-zA-Z][a-zA-Z0-9]*)`)
)

// The pages are whole: no script, nothing inline, nothing from another place, and
// every link leads to a file of the edition.
func TestPagesAreSelfContained(t *testing.T) {
	t.Parallel()
	all := files(t)
	for path, f := range all {
		if !strings.HasPrefix(f.Type, "text/html") {
			continue
		}
		body := string(f.Body)
		if m := inline.FindString(body); m != "" {
			t.Errorf("%s has %q", path, m)
		}
		for _, m := range links.FindAllStringSubmatch(body, -1) {
			if strings.HasPrefix(m[1], "#") {
				if !strings.Contains(body, `id="`+m[1][1:]+`"`) {
					t.Errorf("%s: nothing has the id %s", path, m[1])
				}
				continue
			}
			if strings.HasPrefix(m[1], "feed.") { // of all reports together: TestFeed
				continue
			}
			if _, ok := all["report/"+m[1]]; !ok {
				t.Errorf("%s leads to %s, which is not there", path, m[1])
			}
		}
		balanced(t, path, body)
	}
	css := all["report/chechnya-april-2017.v1.css"]
	if len(css.Body) < 1000 || bytes.Contains(css.Body, []byte("@import")) || bytes.Contains(css.Body, []byte("url(http")) || bytes.Contains(css.Body, []byte("url(\"http")) {
		t.Error("the stylesheet is empty or fetches something")
	}
}

// balanced checks that every element is closed in its order.
func balanced(t *testing.T, path, body string) {
	t.Helper()
	void := map[string]bool{"meta": true, "link": true, "br": true, "stop": true, "rect": true, "circle": true, "input": true}
	var open []string
	for _, m := range tags.FindAllStringSubmatch(body, -1) {
		name := strings.ToLower(m[1])
		switch {
		case void[name]:
		case !strings.HasPrefix(m[0], "</"):
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("%s: </%s> closes %v", path, name, open)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("%s: %v stays open", path, open)
	}
}

// TestPagesAreValid asks the W3C's validator.
func TestPagesAreValid(t *testing.T) {
	t.Parallel()
	pages := map[string][]byte{}
	for path, f := range files(t) {
		if strings.HasPrefix(f.Type, "text/html") {
			pages[path] = f.Body
		}
	}
	if len(pages) == 0 {
		t.Fatal("no pages")
	}
	storybook.ValidPages(t, pages)
}

func TestReportSaysRanges(t *testing.T) {
	t.Parallel()
	all := files(t)
	for path, want := range map[string][]string{
		"report/chechnya-april-2017.en.html":            {"at least 101", "3 to 20", "Novaya Gazeta", "denies that there are such people", "What contradicts the denial", "not shown, to protect people", "This describes the past", "&lt;b&gt;"},
		"report/chechnya-april-2017.ru.html":            {"не менее 101", "от 3 до 20", "«Новая газета»", "Что противоречит отрицанию", `lang="ru"`},
		"report/chechnya-april-2017.scoreboard.ru.html": {"12 правительств", "ответ неизвестен", "не обращались", "результат", "молчит 30 дней", "document 1"},
		"report/chechnya-april-2017.v1.en.html":         {"at least 101"},
	} {
		for _, w := range want {
			if !strings.Contains(string(all[path].Body), w) {
				t.Errorf("%s does not say %q", path, w)
			}
		}
	}
	if dir := os.Getenv("WAYLIGHT_PAGES"); dir != "" { // for looking at them
		for path, f := range all {
			name := filepath.Join(dir, filepath.Base(path))
			if err := os.WriteFile(name, f.Body, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestData(t *testing.T) {
	t.Parallel()
	all := files(t)
	var d data
	if err := json.Unmarshal(all["report/chechnya-april-2017.json"].Body, &d); err != nil {
		t.Fatal(err)
	}
	if d.Format != "waylight/v1/report" || len(d.Report.Figures) != 3 || *d.Report.Figures[1].High != 20 || d.Report.Figures[0].High != nil {
		t.Errorf("%+v", d)
	}
	rows, err := csv.NewReader(bytes.NewReader(all["report/chechnya-april-2017.figures.csv"].Body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := rows[3][4:7]; got[0] != "3" || got[1] != "" || got[2] != "20" {
		t.Errorf("killed %v", got)
	}
	for _, r := range rows {
		for _, c := range r {
			if strings.HasPrefix(c, "=") {
				t.Errorf("a formula: %q", c)
			}
		}
	}
	if got, err := csv.NewReader(bytes.NewReader(all["report/chechnya-april-2017.scoreboard.csv"].Body)).ReadAll(); err != nil || len(got) != 5 {
		t.Errorf("%d rows, %v", len(got), err)
	}
}

// TestMap: the report shows its map as a picture, as a table and as data, in both languages,
// and says what is not on it; without a map nothing of it stands anywhere.
func TestMap(t *testing.T) {
	t.Parallel()
	all := files(t)
	for path, words := range map[string][]string{
		"report/chechnya-april-2017.en.html": {`<svg viewBox="0 0 640 420"`, "Argunsk (invented)", "43.10° to 43.40° north, 45.40° to 45.80° east", "<td data-label=\"Incidents\">12</td>", "Areas with fewer than 5 incidents are not shown", "chechnya-april-2017.v1.map.csv"},
		"report/chechnya-april-2017.ru.html": {"Аргунск (вымышлен)", "от 43,10° до 43,40° северной широты", "меньше 5"},
		"report/chechnya-april-2017.map.csv": {"43.1000,43.4000,45.4000,45.8000,12,Argunsk (invented),Аргунск (вымышлен),5,25"},
		"report/chechnya-april-2017.json":    {`"incidents": 12`, `"km": 25`, `"least": 5`},
	} {
		for _, w := range words {
			if !strings.Contains(string(all[path].Body), w) {
				t.Errorf("%s does not say %q", path, w)
			}
		}
	}
	e := edition()
	e.Report.Map = nil
	none, err := newPress(t).Report(e)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range none {
		if strings.Contains(f.Path, ".map.") || strings.Contains(string(f.Body), "Where incidents were reported") {
			t.Errorf("%s speaks of a map that is not there", f.Path)
		}
	}
	e.Report.Map = &publish.Map{Km: 25, Least: 5}
	if none, err = newPress(t).Report(e); err != nil || !strings.Contains(string(none[0].Body), "No area has enough incidents") {
		t.Errorf("a map without areas does not say so: %v", err)
	}
}
