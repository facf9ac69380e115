package study

import (
	"bytes"
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"waylight/estimate"
)

// TestResume: a study that was cut short goes on where it was, and comes to
// the same outcomes as one that was not.
func TestResume(t *testing.T) {
	t.Parallel()
	var whole bytes.Buffer
	all, err := Run(context.Background(), 2, 5, nil, &whole, 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var part bytes.Buffer
	told := 0
	_, err = Run(ctx, 2, 5, nil, &part, 1, func(done, all int) {
		told = all
		if done == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || told != 2*len(Designs()) {
		t.Fatalf("%v, %d replicates", err, told)
	}
	rest := bytes.Buffer{}
	again, err := Run(context.Background(), 2, 5, bytes.NewReader(part.Bytes()), &rest, 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	if part.Len() == 0 || part.Len()+rest.Len() != whole.Len() {
		t.Errorf("%d and %d bytes, want %d", part.Len(), rest.Len(), whole.Len())
	}
	a, b := Summary(all), Summary(again)
	if len(a) != len(b) || len(a) < 20 {
		t.Fatalf("%d and %d lines", len(a), len(b))
	}
	for i := range a {
		if a[i].Replicates != b[i].Replicates || a[i].Covered != b[i].Covered || a[i].Refused != b[i].Refused {
			t.Errorf("%+v and then %+v", a[i], b[i])
		}
	}
}

func TestReadKeeps(t *testing.T) {
	t.Parallel()
	in := []Outcome{{"a, b", 3, "chao", 100.5, 90, math.Inf(1), 99}, {"c", 0, "loglinear (bic)", 5, 1, 9, 7}}
	var b bytes.Buffer
	if err := write(&b, in); err != nil {
		t.Fatal(err)
	}
	out, err := Read(&b)
	if err != nil || !reflect.DeepEqual(in, out) {
		t.Errorf("%v %v", out, err)
	}
	if _, err := Read(bytes.NewReader([]byte("x,y\n"))); err == nil {
		t.Error("half a line was read")
	}
}

func TestDesigns(t *testing.T) {
	t.Parallel()
	for _, d := range Designs() {
		sum := 0.0
		for _, s := range d.Shares {
			sum += s
		}
		one, err1 := d.Table(1, 2)
		two, err2 := d.Table(1, 2)
		if err1 != nil || err2 != nil || math.Abs(sum-1) > 1e-12 || !slices.Equal(one.Cells, two.Cells) || one.Observed() >= d.People {
			t.Errorf("%s: %v %v, shares %v, %d of %d", d.Name, err1, err2, sum, one.Observed(), d.People)
		}
	}
}

// TestFloorHolds: the floor is what is published unless somebody says otherwise,
// so it is tried on 1,000 replicates of every design. Where the lists are
// independent it is the lower end of an estimate and may miss one time in forty;
// elsewhere hardly ever.
func TestFloorHolds(t *testing.T) {
	t.Parallel()
	const replicates = 1000
	avoid := func(name string, follow float64) Design {
		return Design{Name: name, People: 1000, Shares: []float64{1}, Chances: [][]float64{{0.3, 0.25, 0.2, 0.15}}, Follow: follow}
	}
	for _, d := range append(Designs(), avoid("one list avoids another strongly", 0.1), avoid("one list avoids another", 0.4)) {
		given, missed, mean := 0, 0, 0.0
		for i := range uint64(replicates) {
			table, err := d.Table(1, i)
			if err != nil {
				t.Fatal(err)
			}
			r := estimate.Report{Observed: table.Observed(), Lists: table.Lists, Estimates: []estimate.Result{estimate.Chao(table)}, Diagnostics: estimate.Facts(table)}
			floor, ok := r.Floor()
			if !ok {
				continue
			}
			given++
			mean += float64(floor)
			if floor > d.People {
				missed++
			}
		}
		t.Logf("%s: %d floors, %d too high, %.0f on average of %d", d.Name, given, missed, mean/float64(given), d.People)
		if strings.Contains(d.Name, "avoids") { // mostly refused; what passes is low enough nearly always
			if missed > given*8/100 {
				t.Errorf("%s: %d of %d floors too high", d.Name, missed, given)
			}
			continue
		}
		if given < replicates*9/10 || missed > given*4/100 {
			t.Errorf("%s: %d floors of %d, %d too high", d.Name, given, replicates, missed)
		}
	}
}
