package linkage

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// FuzzLink gives lists of any content to a whole run: it may refuse with a
// problem, and neither fails nor hangs.
func FuzzLink(f *testing.F) {
	f.Add("id,name,born\n1,Анна,1980-02-03\n2,Anna,03.02.1980\n3,,\n", "id,name,born\n7,Anna,1980\n", "left,right,same\na:1,a:2,yes\n")
	f.Add("given_name;surname;passport;tel\nx;y;12;+7 200\ny;x;21;8200\n", "a\n", "")
	f.Add("address,age,sex\nA B C,12,f\nC B A,13,\n", "address,age,sex\n\"ъ ъ\",99,m\n", "source,record_id,cluster_id\na,1,c9\n")
	f.Fuzz(func(t *testing.T, first, second, third string) {
		var lists []*List
		for i, text := range []string{first, second} {
			l, err := Read(strings.NewReader(text), string(rune('a'+i)))
			if err != nil {
				problem(t, err)
				continue
			}
			if l.Len > 200 {
				return
			}
			lists = append(lists, l)
		}
		set := Settings{Workers: 1}
		var err error
		if set.Reviewed, err = ReadReviewed(strings.NewReader(third), "reviewed"); err != nil {
			problem(t, err)
		}
		if set.Previous, err = ReadClusters(strings.NewReader(third), "previous"); err != nil {
			problem(t, err)
		}
		ctx, stop := context.WithTimeout(context.Background(), time.Minute)
		defer stop()
		res, err := Link(ctx, lists, set)
		if err != nil {
			problem(t, err)
			return
		}
		draws, err := res.Draws(ctx, 2, 1)
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(res.WriteClusters(io.Discard), res.WritePairs(io.Discard, 0), res.WriteQuestions(io.Discard, 10), res.WriteDraws(io.Discard, draws))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range res.Pairs(0)[:min(3, len(res.Pairs(0)))] {
			res.Explain(p.Left, p.Right)
		}
		q := res.Quality()
		for _, v := range []float64{q.Precision.Value, q.Precision.Low, q.Recall.Value, q.Recall.High} {
			if !(v >= 0 && v <= 1) {
				t.Fatalf("expected %+v", q)
			}
		}
	})
}

// problem holds an error to be one that says what to do.
func problem(t *testing.T, err error) {
	t.Helper()
	var p *Problem
	if !errors.As(err, &p) || p.Todo == "" {
		t.Fatalf("%v is no problem that says what to do", err)
	}
}
