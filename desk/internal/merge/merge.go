// Package merge puts versions of one thing together that were written at the same
// time, field by field, so that nothing that somebody typed is lost.
//
// A field that one side changed is taken over; one that several changed to
// different values is for a person to choose. It knows neither cases nor pages: a
// field is a name and what stands in it. It decides no conflict, forgets no value,
// and imports nothing of the house.
package merge

import (
	"slices"
	"strings"
)

// Field is one field of a version, with what stands in it. Several values are those of boxes that are ticked.
type Field struct {
	Name   string
	Values []string
}

// Side is one version.
type Side struct {
	Version int
	Start   []Field // what its author had before them
	Fields  []Field // what they made of it
}

// Choice is one value, and the versions in which it stands.
type Choice struct {
	Values   []string
	Versions []int
}

// Row is one field that somebody changed.
type Row struct {
	Name    string
	Was     []string // before anybody changed it
	Choices []Choice // what became of it; that of the standing version first when it changed there
	Clash   bool     // there are several, and a person must choose
}

// Rows compares the version that stands with those that were written beside it:
// each field that differs from what one of the authors had before them.
func Rows(standing Side, beside []Side) []Row {
	var rows []Row
	for _, name := range names(standing, beside) {
		now := value(standing.Fields, name)
		row := Row{Name: name, Was: now}
		first := true
		moved := false // the standing version has left what an author had before them
		for _, s := range beside {
			was, is := value(s.Start, name), value(s.Fields, name)
			if first || !Same(was, is) && len(row.Choices) == 0 {
				row.Was, first = was, false
			}
			moved = moved || !Same(was, now)
			if !Same(was, is) {
				row.add(is, s.Version)
			}
		}
		switch {
		case moved:
			row.stand(now, standing.Version)
		case len(row.Choices) == 0:
			continue
		}
		row.Clash = len(row.Choices) > 1
		rows = append(rows, row)
	}
	return rows
}

func (r *Row) add(v []string, version int) {
	for i := range r.Choices {
		if Same(r.Choices[i].Values, v) {
			r.Choices[i].Versions = append(r.Choices[i].Versions, version)
			return
		}
	}
	r.Choices = append(r.Choices, Choice{v, []int{version}})
}

// stand puts the standing value first.
func (r *Row) stand(v []string, version int) {
	for i, c := range r.Choices {
		if Same(c.Values, v) {
			c.Versions = append([]int{version}, c.Versions...)
			r.Choices = append([]Choice{c}, slices.Delete(slices.Clone(r.Choices), i, i+1)...)
			return
		}
	}
	r.Choices = append([]Choice{{v, []int{version}}}, r.Choices...)
}

// Together gives the fields of the one version that all become: the standing ones,
// with what was changed by one side, and with what pick answers for each clash;
// open names the clashes for which it answers nothing.
func Together(standing []Field, rows []Row, pick func(Row) ([]string, bool)) (all []Field, open []string) {
	all = slices.Clone(standing)
	for _, r := range rows {
		v := r.Choices[0].Values
		if r.Clash {
			var ok bool
			if v, ok = pick(r); !ok {
				open = append(open, r.Name)
				continue
			}
		}
		i := slices.IndexFunc(all, func(f Field) bool { return f.Name == r.Name })
		if i < 0 {
			all = append(all, Field{r.Name, v})
			continue
		}
		all[i].Values = v
	}
	return all, open
}

// Same reports whether two fields say the same: line ends and space around a value
// do not count, nor does the order of boxes that are ticked, nor an empty value.
func Same(a, b []string) bool { return slices.Equal(plain(a), plain(b)) }

func plain(v []string) []string {
	var out []string
	for _, s := range v {
		if s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")); s != "" {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}

func value(all []Field, name string) []string {
	for _, f := range all {
		if f.Name == name {
			return f.Values
		}
	}
	return nil
}

// names lists every field of every side, in the order of appearance.
func names(standing Side, beside []Side) []string {
	var out []string
	add := func(all []Field) {
		for _, f := range all {
			if !slices.Contains(out, f.Name) {
				out = append(out, f.Name)
			}
		}
	}
	add(standing.Fields)
	for _, s := range beside {
		add(s.Fields)
		add(s.Start)
	}
	return out
}
