package vocabulary_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waylight/desk/internal/desktest"
	"waylight/desk/internal/record"
	"waylight/desk/internal/staff"
	"waylight/desk/internal/store"
	"waylight/desk/internal/vocabulary"
	"waylight/internal/fault"
)

// sample is a small file in the form of the micro-thesauri, with their codes.
const sample = `list_no,list_name,code,term_en,parent_code,parent_term_en,level,order,term_fr,term_es,term_ru,term_ar
4,types_of_acts,010000000000,Violations of the right to life,,,0,1,Violations du droit à la vie,,,
4,types_of_acts,010100000000,Direct actions which violate the right to life,010000000000,,1,2,,,,
4,types_of_acts,010101000000,Deliberate killings of specific individuals,010100000000,,2,3,,,,
4,types_of_acts,030000000000,Violations against the right to liberty,,,0,4,,,,
4,types_of_acts,030102000000,"Detention, imprisonment",030000000000,,1,5,"Détention, emprisonnement",Detención,Задержание,احتجاز
39,sex,010000000000,Female,,,0,1,Femme,Mujer,Женский,أنثى
`

func lexicon(t *testing.T) (*vocabulary.Lexicon, *desktest.Ground) {
	t.Helper()
	g := desktest.New(t)
	as := func(tx *store.Tx) vocabulary.Store { return tx }
	return &vocabulary.Lexicon{Within: store.Within(g.DB, as), Reading: store.Reading(g.DB, as), Clock: g.Clock}, g
}

func parse(t *testing.T, text string) []vocabulary.Term {
	t.Helper()
	terms, err := vocabulary.Parse([]byte(text))
	if err != nil {
		var w vocabulary.Wrongs
		errors.As(err, &w)
		t.Fatalf("%v %v", err, w)
	}
	return terms
}

// TestBroken: each broken variant is reported with its row, and gives no term.
func TestBroken(t *testing.T) {
	t.Parallel()
	row := func(n int, old, new string) string {
		lines := strings.Split(sample, "\n")
		lines[n-1] = strings.Replace(lines[n-1], old, new, 1)
		return strings.Join(lines, "\n")
	}
	for name, c := range map[string]struct{ text, want string }{
		"nothing":             {"", "line 1: The file has no head"},
		"only a head":         {strings.SplitAfter(sample, "\n")[0], "There is no term"},
		"semicolons":          {strings.ReplaceAll(sample, ",", ";"), "not separated by commas"},
		"a column missing":    {strings.Replace(sample, "term_en", "term", 1), "line 1, term_en: This column is missing."},
		"a column twice":      {strings.Replace(sample, "term_fr", "term_en", 1), "line 1, term_en: Two columns"},
		"a field too many":    {row(3, "4,", "4,4,"), "line 3: The row has 13 fields, the head 12."},
		"no term":             {row(4, "Deliberate killings of specific individuals", ""), "line 4, term_en: The term has no English name."},
		"a code of ours":      {row(4, "010101000000", "W01"), "line 4, code: A code of the base layer has 12 digits."},
		"a code twice":        {row(4, "010101000000", "010000000000"), "line 4, code: This code stands in line 2 already."},
		"no such parent":      {row(4, "010100000000,,", "990000000000,,"), "line 4, parent_code: There is no such code"},
		"a parent elsewhere":  {row(7, "Female,", "Female,030000000000"), "line 7, parent_code: There is no such code"},
		"above itself":        {row(2, "life,", "life,010101000000"), "line 2, parent_code: The term stands above itself."},
		"a list without name": {row(7, "sex", ""), "line 7, list_name"},
		"no number":           {row(7, "39,", "x9,"), "line 7, list_no"},
		"an order of letters": {row(7, ",0,1,", ",0,one,"), "line 7, order"},
		"letters of Windows":  {row(6, "Задержание", "\xc7\xe0\xe4\xe5"), "line 6, term_ru: The letters cannot be read."},
		"quotation marks":     {row(6, `imprisonment"`, `imprisonment`), "quotation marks"},
	} {
		terms, err := vocabulary.Parse([]byte(c.text))
		var wrong vocabulary.Wrongs
		if !errors.As(err, &wrong) || terms != nil {
			t.Errorf("%s: %v and %d terms", name, err, len(terms))
			continue
		}
		if !slices.ContainsFunc(wrong, func(w vocabulary.Wrong) bool { return strings.Contains(w.Error(), c.want) }) {
			t.Errorf("%s: no %q in %v", name, c.want, []vocabulary.Wrong(wrong))
		}
	}
	if _, err := vocabulary.Parse([]byte("\ufeff" + sample)); err != nil {
		t.Errorf("with a byte order mark: %v", err)
	}
}

// TestTake: an import is whole, idempotent, and touches no other layer.
func TestTake(t *testing.T) {
	t.Parallel()
	l, g := lexicon(t)
	ctx := t.Context()
	anna := g.Member(t, "Anna", staff.Documenter)
	if _, err := l.Take(ctx, g.Member(t, "Lena", staff.Analyst), parse(t, sample)); fault.KindOf(err) != fault.Denied {
		t.Errorf("an analyst imports: %v", err)
	}
	mine, err := l.Add(ctx, anna, vocabulary.Term{List: vocabulary.Acts, Parent: "W07", Names: map[string]string{"en": "Search of a tablet", "ru": "Обыск планшета"}})
	if err != nil || mine.Code != "X0001" {
		t.Fatal(mine, err)
	}
	for n, want := range []vocabulary.Taken{{Added: 6}, {Same: 6}} {
		if got, err := l.Take(ctx, anna, parse(t, sample)); err != nil || got != want {
			t.Errorf("import %d: %+v, %v; want %+v", n+1, got, err, want)
		}
	}
	newer := strings.Replace(sample, "Détention, emprisonnement", "Détention", 1)
	newer = newer[:strings.Index(newer, "39,sex")]
	if got, err := l.Take(ctx, anna, parse(t, newer)); err != nil || got != (vocabulary.Taken{Changed: 1, Same: 4, Gone: 1}) {
		t.Errorf("a newer file: %+v, %v", got, err)
	}
	b, err := l.Book(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if gone, ok := b.Term("39", "010000000000"); !ok || gone.Until == "" {
		t.Errorf("a term that the file lacks: %+v", gone)
	}
	if kept, _ := b.Term(vocabulary.Acts, mine.Code); !kept.Valid(l.Today()) {
		t.Error("the import touched a term of the team")
	}
}

// TestUnder: a filter on the parent finds the children, through all layers.
func TestUnder(t *testing.T) {
	t.Parallel()
	l, g := lexicon(t)
	ctx := t.Context()
	anna := g.Member(t, "Anna", staff.Documenter)
	if _, err := l.Take(ctx, anna, parse(t, sample)); err != nil {
		t.Fatal(err)
	}
	as := func(tx *store.Tx) record.Store { return tx }
	archive := record.NewArchive(store.Within(g.DB, as), store.Reading(g.DB, as), g.Clock)
	i, err := archive.AddIncident(ctx, anna, record.Incident{Title: "An incident"})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Code(ctx, anna, vocabulary.Coding{Subject: i.ID, List: vocabulary.Acts, Code: "W05"}); err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]int{"010000000000": 1, "010101000000": 1, "W05": 1, "030000000000": 0} {
		if got, err := l.Filed(ctx, vocabulary.Acts, code); err != nil || len(got) != want {
			t.Errorf("under %s: %v, %v", code, got, err)
		}
	}
	for _, c := range []vocabulary.Coding{{Subject: i.ID, List: vocabulary.Acts, Code: "W05"}, {Subject: "incident_none", List: vocabulary.Acts, Code: "W05"}, {Subject: i.ID, List: vocabulary.Acts, Code: "X9999"}} {
		if err := l.Code(ctx, anna, c); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
	if err := l.Uncode(ctx, anna, i.ID, vocabulary.Acts, "W05"); err != nil {
		t.Error(err)
	}
	if got, _ := l.CodingsOf(ctx, i.ID); len(got) != 0 {
		t.Errorf("still %v", got)
	}
}

// TestRetired: a term of the team that was retired takes nothing new; one of the base cannot be retired.
func TestRetired(t *testing.T) {
	t.Parallel()
	l, g := lexicon(t)
	ctx := t.Context()
	anna := g.Member(t, "Anna", staff.Documenter)
	mine, err := l.Add(ctx, anna, vocabulary.Term{List: vocabulary.Acts, Names: map[string]string{"en": "A new act"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Add(ctx, anna, vocabulary.Term{List: vocabulary.Acts, Names: map[string]string{"en": "a NEW act"}}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("twice the same: %v", err)
	}
	if err := l.Retire(ctx, anna, vocabulary.Acts, mine.Code); err != nil {
		t.Fatal(err)
	}
	b, err := l.Book(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := b.Term(vocabulary.Acts, mine.Code); got.Valid(l.Today()) {
		t.Error("it is still in use")
	}
	if err := l.Retire(ctx, anna, vocabulary.Acts, "W01"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a term of the product: %v", err)
	}
}

// TestPlainWords: what people say leads to the code, in three scripts, without the base layer and with it.
func TestPlainWords(t *testing.T) {
	t.Parallel()
	b := vocabulary.NewBook(parse(t, sample))
	for plain, want := range map[string]string{
		"they burned my passport": "W08",
		"у него забрали телефон и проверили его": "W07",
		"его убил родной брат":                   "W05",
		"أحرقوا جواز سفره":                       "W08",
		"held in a basement for a week":          "030102000000",
		"заставили назвать имена других":         "W06",
		"they told his family that he is gay":    "W01",
		"не выпустили из страны на границе":      "W09",
		"détention": "030102000000",
	} {
		got := b.Propose(vocabulary.Acts, plain, "2017-04-09", 3)
		if !slices.ContainsFunc(got, func(p vocabulary.Proposal) bool { return p.Term.Code == want }) {
			t.Errorf("%q leads to %v, not to %s", plain, got, want)
		}
	}
	if got := b.Propose(vocabulary.Acts, "…!", "2017-04-09", 3); got != nil {
		t.Errorf("no words lead to %v", got)
	}
}

// TestActsHaveTerms: each act of the record's short list is a term of the vocabulary's own layer or has a code of the base.
func TestActsHaveTerms(t *testing.T) {
	t.Parallel()
	b := vocabulary.NewBook(nil)
	for _, a := range record.Acts() {
		if code := a.HURIDOCS(); strings.HasPrefix(code, "W") {
			if _, ok := b.Term(vocabulary.Acts, code); !ok {
				t.Errorf("%s has the code %s, which is no term", a, code)
			}
		}
	}
}

// TestThesauri reads the real file, where the shared data lies beside the
// repository or WAYLIGHT_SHARED says where it is.
func TestThesauri(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("WAYLIGHT_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared")
	}
	text, err := os.ReadFile(filepath.Join(dir, "data", "huridocs-microthesauri.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the micro-thesauri's file is not beside this clone (set WAYLIGHT_SHARED)")
	}
	if err != nil {
		t.Fatal(err)
	}
	terms := parse(t, string(text))
	l, g := lexicon(t)
	anna := g.Member(t, "Anna", staff.Documenter)
	for n, want := range []vocabulary.Taken{{Added: 4524}, {Same: 4524}} {
		if got, err := l.Take(t.Context(), anna, terms); err != nil || got != want {
			t.Errorf("import %d: %+v, %v", n+1, got, err)
		}
	}
	b, err := l.Book(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range record.Acts() {
		if _, ok := b.Term(vocabulary.Acts, a.HURIDOCS()); !ok {
			t.Errorf("%s: no term %s", a, a.HURIDOCS())
		}
	}
	for _, term := range b.Lists() {
		if term.No == vocabulary.Acts && term.Terms != 532+9 {
			t.Errorf("the list of acts has %d terms", term.Terms)
		}
	}
	if got := b.Under(vocabulary.Acts, "040000000000"); !slices.Contains(got, "W01") || !slices.Contains(got, "W07") {
		t.Errorf("privacy lacks outing or phone search: %d codes", len(got))
	}
	for plain, want := range map[string]string{"били током": "020111110000", "держали в подвале": "030102000000", "killed by his brother": "W05"} {
		got := b.Propose(vocabulary.Acts, plain, l.Today(), 8)
		if !slices.ContainsFunc(got, func(p vocabulary.Proposal) bool { return p.Term.Code == want }) {
			t.Errorf("%q leads to %v", plain, got)
		}
	}
}
