package estimate

import (
	"errors"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"counted":   "A,B,count\n1,0,3\n0,1,2\n1,1,1\n",
		"semicolon": "\xef\xbb\xbfA;B;count\r\n1;0;3\r\n0;1;2\r\n1;1;1\r\n",
		"people":    "id\tA\tB\n1\t1\t0\n2\t1\t0\n3\t1\t0\n4\t0\t1\n5\t0\t1\n6\t1\t1\n",
		"zero row":  "A,B,count\n0,0,0\n1,0,2\n1,0,1\n0,1,2\n1,1,1\n",
	} {
		tab, err := Read(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(tab.Cells) != 3 || tab.Cells[0] != (Cell{1, 3}) || tab.Cells[1] != (Cell{2, 2}) || tab.Cells[2] != (Cell{3, 1}) || tab.Observed() != 6 {
			t.Errorf("%s: %v", name, tab)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	many := make([]string, 33)
	for i := range many {
		many[i] = "L" + strings.Repeat("x", i)
	}
	for name, c := range map[string]struct{ text, want string }{
		"nothing":         {"", "there is no header"},
		"contains all":    {"A,B,C,count\n1,0,0,3\n1,1,0,2\n1,1,1,1\n", "contains all others"},
		"empty list":      {"A,B,C,count\n1,0,0,3\n0,1,0,2\n1,1,0,1\n", "nobody is on this list"},
		"not binary":      {"A,B,count\n1,2,3\n", "only 0 and 1"},
		"blank":           {"A,B,count\n1,,3\n", "holds nothing"},
		"negative":        {"A,B,count\n1,0,-3\n", "negative"},
		"fraction":        {"A,B,count\n1,0,3.5\n", "not a whole number"},
		"overflow":        {"A,B,count\n1,0,99999999999999999999\n", "not a whole number"},
		"too many":        {"A,B,count\n1,0,999999999999999\n", "ever lived"},
		"one list":        {"A,count\n1,3\n", "there are 1 lists"},
		"no overlap":      {"A,B,count\n1,0,3\n0,1,3\n", "no person is on two lists"},
		"id twice":        {"id,A,B\n7,1,0\n7,0,1\n", "stands in line 2 already"},
		"utf-16":          {"\xff\xfeA\x00,\x00B\x00", "UTF-16"},
		"latin-1":         {"\xe9t\xe9,B\n1,0\n", "not UTF-8"},
		"latin-1 below":   {"A,B\n\xe9,0\n", "not UTF-8"},
		"million columns": {strings.Repeat("L,", 1_000_000) + "count\n", "the header is longer"},
		"many lists":      {strings.Join(many, ",") + "\n", "at most 32"},
		"same name":       {"A,A,count\n1,0,3\n", "two lists have this name"},
		"no names":        {"1,0,3\n0,1,2\n", "the first line holds 0 and 1"},
		"ragged":          {"A,B,count\n1,0\n", "another number of columns"},
		"quotes":          {"A,B,count\n1,\"0,3\n", "quotation mark"},
		"on none":         {"A,B,count\n0,0,3\n", "on no list"},
		"nobody":          {"A,B,count\n1,0,0\n", "nobody is on any list"},
	} {
		_, err := Read(strings.NewReader(c.text))
		var bad *BadTable
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.want) || bad.Todo == "" {
			t.Errorf("%s: %v, want %q and what to do", name, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"A,B,count\n1,0,3\n0,1,2\n1,1,1\n", "id;A;B\n1;1;0\n", "\xff\xfe", "A,\"B\n", "a\tb\tn\n1\t1\t9\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tab, err := Read(strings.NewReader(s))
		if err != nil {
			return
		}
		if tab.Observed() <= 0 || len(tab.Lists) < 2 || len(tab.Lists) > MaxLists {
			t.Errorf("%q was read as %v", s, tab)
		}
		again, err := NewTable(tab.Lists, tab.Cells)
		if err != nil || again.Observed() != tab.Observed() {
			t.Errorf("%q does not stand: %v", s, err)
		}
	})
}
