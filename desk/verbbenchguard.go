package desk

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"waylight/desk/internal/guard"
	"waylight/desk/internal/planted"
	"waylight/internal/clock"
)

// checkLimit is what a draft of 5,000 words may take.
const checkLimit = 100 * time.Millisecond

// benchGuard plants invented people in drafts and counts what the leak guard finds.
func benchGuard(t terminal, args []string) error {
	set := flags(t, "bench leakguard")
	asJSON := set.Bool("json", false, "print data instead of a table")
	seed := set.Uint64("seed", 1, "another seed gives other people and drafts")
	people := set.Int("people", 2000, "invented people who are planted")
	drafts := set.Int("drafts", 500, "drafts in which they are planted")
	each := set.Int("forms", 40, "forms for each person, chosen by the seed; 0 for all")
	vault := set.Int("vault", 100_000, "identities in the vault when time and false alarms are measured")
	own := set.String("text", "", "a folder of text files of your own in which nobody is protected: false alarms are counted in them too")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *people < 1 || *drafts < 1 || *vault < 1 || *vault > 1_000_000 {
		return fmt.Errorf("there must be people, drafts and a vault")
	}
	r := planted.Run(planted.Plan{Seed: *seed, People: *people, Drafts: *drafts, Forms: *each, Words: 300})
	rows := recallRows(r)
	invented := planted.People(*seed+1, *vault)
	x, of := planted.Index(*seed+1, guard.Key{byte(*seed), 2}, invented)
	rows = append(rows, vaultRows(*seed, invented, x, of)...)
	rows = append(rows, alarmRow("false alarms in news, the whole vault", planted.Alarms(*seed, x, of, *vault)))
	combined := planted.Combine(*seed+1, x, *vault, min(*vault, 1500))
	rows = append(rows, factRows(combined)...)
	r.Examples = append(r.Examples, combined.Missed...)
	if *own != "" {
		texts, err := ownTexts(*own)
		if err != nil {
			return err
		}
		rows = append(rows, alarmRow("false alarms in "+filepath.Base(*own), planted.Alarms(*seed, x, of, *vault, texts...)))
	}
	took := planted.Speed(*seed, x, 5000, 15, clock.System())
	median, ms := took[len(took)/2], time.Millisecond
	rows = append(rows, benchRow{Name: fmt.Sprintf("a draft of 5,000 words (quickest %s, slowest %s)", took[0].Round(ms), took[len(took)-1].Round(ms)), N: int64(*vault), Value: float64(median.Microseconds()) / 1000, Unit: "ms", Bar: "100 ms", Holds: median <= checkLimit})
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	runtime.KeepAlive(x)
	rows = append(rows, benchRow{Name: "memory of the vault's fingerprints", N: int64(*vault), Value: float64(m.HeapAlloc >> 20), Unit: "MB", Bar: "none", Holds: true})
	if *asJSON {
		return json.NewEncoder(t.out).Encode(struct {
			Bench  string          `json:"bench"`
			Rows   []benchRow      `json:"rows"`
			Forms  []planted.Count `json:"forms"`
			Alarms []string        `json:"alarms"`
		}{"leakguard", rows, r.Forms, r.Examples})
	}
	if err := showBench(t.out, false, rows); err != nil {
		return err
	}
	return showForms(t.out, r)
}

func recallRows(r planted.Recall) []benchRow {
	var rows []benchRow
	for _, g := range []planted.Group{planted.Near, planted.Whole, planted.Surname, planted.Typing, planted.Hidden, planted.HiddenArabic, planted.Spot} {
		row := recallRow(r, g, string(g))
		if g == planted.Surname || g == planted.Typing || g == planted.HiddenArabic {
			row.Bar, row.Holds = "none", true
		}
		rows = append(rows, row)
	}
	return append(rows, benchRow{Name: "false alarms in the news round the planted", N: int64(r.Words), Value: perThousand(r.Alarms, r.Words), Unit: "per 1,000 words", Bar: "under 1", Holds: r.Alarms*1000 < r.Words})
}

func recallRow(r planted.Recall, g planted.Group, name string) benchRow {
	n, found := r.Group(g)
	return benchRow{Name: name, N: int64(n), Value: 100 * float64(found) / float64(max(n, 1)), Unit: "% found", Bar: "99.5 %", Holds: found*1000 >= n*planted.Bar}
}

// vaultRows plants some of a whole vault's people and looks for them among all.
func vaultRows(seed uint64, people []planted.Person, x *guard.Index, of func(term int64) planted.Person) []benchRow {
	const some, each, drafts, words = 600, 40, 60, 300
	r := planted.Among(planted.Plan{Seed: seed + 1, People: some, Drafts: drafts, Forms: each, Words: words}, people, x, of)
	return []benchRow{recallRow(r, planted.Near, "parts of one name, the whole vault"), recallRow(r, planted.Whole, "what is somebody's own, the whole vault")}
}

// factRows tell of combinations of facts: an age, a profession and a village.
func factRows(c planted.Combined) []benchRow {
	share := func(name string, found, n int, bar string, holds bool) benchRow {
		return benchRow{Name: name, N: int64(n), Value: 100 * float64(found) / float64(max(n, 1)), Unit: "%", Bar: bar, Holds: holds}
	}
	return []benchRow{
		share("three facts of one person, the whole vault: found", c.Stopped+c.Asked, c.Three, "95 %", (c.Stopped+c.Asked)*100 >= c.Three*95),
		share("of these stopped, because nobody else fits", c.Stopped, c.Three, "none", true),
		share("a profession and a village that few share: asked about", c.TwoFound, c.Two, "95 %", c.TwoFound*100 >= c.Two*95),
		share("three facts of others, which also fit one protected person by chance: stopped", c.OthersStopped, c.Others, "none", true),
		share("the same: asked about", c.OthersAsked, c.Others, "none", true),
		share("the same, said to be the only one: stopped", c.SoleStopped, c.Sole, "none", true),
	}
}

func alarmRow(name string, a planted.Alarm) benchRow {
	return benchRow{Name: fmt.Sprintf("%s (%d more are asked about)", name, a.Asked), N: int64(a.Words), Value: perThousand(a.Stopped, a.Words), Unit: "per 1,000 words", Bar: "under 1", Holds: a.Stopped*1000 < a.Words}
}

func perThousand(n, words int) float64 { return float64(n) * 1000 / float64(max(words, 1)) }

// showForms lists every form of which something was missed, the worst first as they come.
func showForms(out io.Writer, r planted.Recall) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "\nmissed of\tform\tplanted\tfound\tsuch as")
	for _, c := range r.Forms {
		if c.Found < c.Planted {
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\n", c.Group, c.Form, c.Planted, c.Found, strings.ReplaceAll(strings.Join(c.Missed[:min(2, len(c.Missed))], "; "), "\n", " "))
		}
	}
	for _, e := range r.Examples {
		fmt.Fprintf(w, "false alarm\t%s\t\t\t\n", e)
	}
	return w.Flush()
}

// ownTexts reads the paragraphs of every text file below a folder.
func ownTexts(dir string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		for p := range strings.SplitSeq(string(b), "\n") {
			if strings.TrimSpace(p) != "" {
				out = append(out, p)
			}
		}
		return err
	})
	return out, err
}
