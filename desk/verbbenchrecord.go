package desk

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"waylight/desk/internal/bench"
	"waylight/desk/internal/ledger"
	"waylight/desk/internal/store"
	"waylight/desk/internal/vault"
	"waylight/internal/clock"
)

// benchRow is one line of a bench's table and of its JSON.
type benchRow struct {
	Name      string   `json:"name"`
	N         int64    `json:"n"`
	Value     float64  `json:"value"`
	P99       *float64 `json:"p99,omitempty"`
	Found     *int     `json:"found,omitempty"`
	Unit      string   `json:"unit"`
	Yardstick *float64 `json:"yardstick"` // measured in the same run
	Ratio     *float64 `json:"ratio"`
	Bar       string   `json:"bar"`
	Holds     bool     `json:"holds"`
	Skipped   string   `json:"skipped,omitempty"`
}

// benchRecord measures evidence and ledger in a folder of its own, which it removes.
func benchRecord(ctx context.Context, t terminal, args []string) error {
	set := flags(t, "bench record")
	asJSON := set.Bool("json", false, "print data instead of a table")
	size := set.Int64("file", 512, "size of the file that is taken in, MiB")
	entries := set.Int64("entries", 1_000_000, "entries of the ledger that is verified")
	sizes := set.String("claims", "10000,100000,1000000", "how many synthetic claims; several with commas between, none to leave them out")
	tmp := set.String("tmp", "", "where the synthetic database is written and removed again; the system's folder for such by default")
	if err := set.Parse(args); err != nil {
		return err
	}
	var rows []benchRow
	for text := range strings.FieldsFuncSeq(*sizes, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.Atoi(text)
		if err != nil || n < 200 || n > 10_000_000 {
			return fmt.Errorf("%q is no number of claims; 200 are the least", text)
		}
		more, err := benchClaims(ctx, t, *tmp, n)
		if err != nil {
			return err
		}
		if rows = append(rows, more...); !*asJSON { // each size at once: the next may take an hour
			if err := showBench(t.out, false, more); err != nil {
				return err
			}
			rows = nil
		}
	}
	dir, err := os.MkdirTemp(*tmp, "waylight-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	in, err := benchIngest(ctx, dir, *size<<20)
	if err != nil {
		return err
	}
	whole, err := benchLedger(ctx, dir, *entries)
	if err != nil {
		return err
	}
	return showBench(t.out, *asJSON, append(rows, in, whole))
}

// benchClaims measures a synthetic record of n claims. The yardstick of each answer is
// one row of the same database by its key.
func benchClaims(ctx context.Context, t terminal, parent string, n int) ([]benchRow, error) {
	dir, err := os.MkdirTemp(parent, "waylight-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	r, err := bench.Record(ctx, dir, n, t.err)
	if err != nil {
		return nil, err
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	yard := ms(r.Yardstick)
	var rows []benchRow
	for _, x := range r.Results {
		p99, found, ratio := ms(x.P99), x.N, ms(x.Median)/yard
		row := benchRow{Name: x.What, N: int64(n), Value: ms(x.Median), P99: &p99, Found: &found, Unit: "ms", Yardstick: &yard, Ratio: &ratio, Bar: "50 ms", Holds: x.Median <= bench.Limit}
		if strings.Contains(x.What, "first look") || strings.Contains(x.What, "first after") || strings.Contains(x.What, "reckoned anew") {
			row.Bar, row.Holds = "", true // once, not at every click
		}
		rows = append(rows, row)
	}
	return append(rows, benchRow{Name: "written in", N: int64(n), Value: r.Made.Seconds(), Unit: "s", Holds: true}, benchRow{Name: "memory after it", N: int64(n), Value: float64(r.Memory >> 20), Unit: "MB", Holds: true},
		benchRow{Name: "on the disk", N: int64(n), Value: float64(r.Disk >> 20), Unit: "MB", Holds: true}), nil
}

func showBench(out io.Writer, asJSON bool, rows []benchRow) error {
	if asJSON {
		return json.NewEncoder(out).Encode(struct {
			Bench string     `json:"bench"`
			Rows  []benchRow `json:"rows"`
		}{"record", rows})
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "what\tn\tmiddle\tp99\tfound\tyardstick\tratio\tbar\tholds")
	for _, r := range rows {
		if r.Skipped != "" {
			fmt.Fprintf(w, "%s\t%d\tnot measured: %s\n", r.Name, r.N, r.Skipped)
			continue
		}
		p99, found, yard, ratio := "", "", "", ""
		if r.P99 != nil {
			p99, found = fmt.Sprintf("%.1f", *r.P99), strconv.Itoa(*r.Found)
		}
		if r.Yardstick != nil {
			yard, ratio = fmt.Sprintf("%.2f", *r.Yardstick), fmt.Sprintf("%.2f", *r.Ratio)
		}
		fmt.Fprintf(w, "%s\t%d\t%.1f %s\t%s\t%s\t%s\t%s\t%s\t%v\n", r.Name, r.N, r.Value, r.Unit, p99, found, yard, ratio, r.Bar, r.Holds)
	}
	return w.Flush()
}

// benchIngest takes one file into a vault and has sha256sum read the same file,
// three times in turn; the medians are compared.
func benchIngest(ctx context.Context, dir string, size int64) (benchRow, error) {
	r := benchRow{Name: "evidence taken in: hashed, sealed, synced", N: size, Unit: "MB/s", Bar: "half of sha256sum"}
	tool, err := exec.LookPath("sha256sum")
	if err != nil {
		r.Skipped = "sha256sum is not here"
		return r, nil //nolint:nilerr // the row says so
	}
	name := filepath.Join(dir, "file")
	f, err := os.Create(name)
	if err != nil {
		return r, err
	}
	defer f.Close()
	if _, err := io.CopyN(f, rand.Reader, size); err != nil {
		return r, err
	}
	c, err := vault.Open(filepath.Join(dir, "chunks"))
	if err != nil {
		return r, err
	}
	var ours, theirs []float64
	for range 3 {
		took, err := timed(func() error { return exec.CommandContext(ctx, tool, name).Run() })
		if err != nil {
			return r, err
		}
		theirs = append(theirs, float64(size)/1e6/took.Seconds())
		took, err = timed(func() error {
			if _, err := f.Seek(0, io.SeekStart); err != nil {
				return err
			}
			b, err := c.Seal(f)
			if err != nil {
				return err
			}
			return c.Remove(b.ID)
		})
		if err != nil {
			return r, err
		}
		ours = append(ours, float64(size)/1e6/took.Seconds())
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	yard, ratio := theirs[1], ours[1]/theirs[1]
	r.Value, r.Yardstick, r.Ratio, r.Holds = ours[1], &yard, &ratio, ratio >= 0.5
	return r, nil
}

func timed(f func() error) (time.Duration, error) {
	c := clock.System()
	begun := c.Now()
	err := f()
	return c.Now().Sub(begun), err
}

// benchLedger writes a ledger and verifies the whole of it: tree, nodes, contents.
func benchLedger(ctx context.Context, dir string, n int64) (benchRow, error) {
	r := benchRow{Name: "ledger verified: tree, nodes, contents", N: n, Unit: "s", Bar: "5 s for 1,000,000"}
	key := make([]byte, 32)
	rand.Read(key)
	db, err := store.Open(ctx, filepath.Join(dir, "desk.db"), key, clock.System())
	if err != nil {
		return r, err
	}
	defer db.Close()
	for at := int64(0); at < n; {
		if err := db.Write(ctx, func(tx *store.Tx) error {
			for end := min(n, at+10_000); at < end; at++ {
				if err := tx.Append(ctx, ledger.Entry{Actor: "member_bench", Action: "item.read", Subject: fmt.Sprintf("item_%d", at%1000), Scope: fmt.Sprintf("item_%d", at%1000)}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return r, err
		}
	}
	took, err := timed(func() error { return db.Read(ctx, func(tx *store.Tx) error { return tx.VerifyLedger(ctx) }) })
	r.Value, r.Holds = took.Seconds(), took <= 5*time.Second*time.Duration(n)/1_000_000
	return r, err
}
