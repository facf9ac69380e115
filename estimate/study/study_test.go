package study

import (
	"bytes"
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"
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
