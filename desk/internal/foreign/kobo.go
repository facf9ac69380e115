package foreign

import (
	"bytes"
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"

	"waylight/desk/internal/table"
)

// attachments is the column with the files of a submission.
const attachments = "_attachments"

// kobo reads submissions: the JSON of an interface (v2 of KoboToolbox, OData of
// ODK Central), a spreadsheet whose further sheets are repeated groups, or CSV.
func (s *Sheet) kobo(data named) []table.Wrong {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(data.bytes, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') {
		return s.submissions(data.bytes)
	}
	if bytes.HasPrefix(data.bytes, []byte("PK\x03\x04")) {
		return s.sheets(data.bytes)
	}
	lines, bad := table.Cells(data.bytes)
	if len(bad) > 0 {
		return bad
	}
	if bad := s.grid(lines); len(bad) > 0 {
		return bad
	}
	for _, m := range data.more {
		lines, bad := table.Cells(m.bytes)
		if len(bad) > 0 {
			return bad
		}
		if bad := s.repeat(strings.TrimSuffix(m.name, path.Ext(m.name)), lines, "PARENT_KEY", "KEY"); len(bad) > 0 {
			return bad
		}
	}
	s.ownPaths()
	return nil
}

func (s *Sheet) sheets(raw []byte) []table.Wrong {
	all, bad := table.Sheets(raw)
	if len(bad) > 0 {
		return bad
	}
	if bad := s.grid(all[0].Lines); len(bad) > 0 {
		return bad
	}
	for _, x := range all[1:] {
		if bad := s.repeat(x.Name, x.Lines, "_parent_index", "_index"); len(bad) > 0 {
			return bad
		}
	}
	s.ownPaths()
	return nil
}

// repeat puts the rows of a repeated group to their submissions, as lines to be read, and tells how many.
func (s *Sheet) repeat(name string, lines []table.Line, parent, key string) []table.Wrong {
	if len(lines) < 2 {
		return nil
	}
	head := lines[0].Texts()
	at := slices.Index(head, parent)
	if at < 0 || !slices.Contains(s.Columns, key) {
		return []table.Wrong{{What: orphan, Column: name}}
	}
	seen := map[string]bool{}
	for _, c := range s.Columns {
		seen[c] = true
	}
	counts := map[int]int{}
	s.column(seen, name)
	s.column(seen, name+" (how many)")
	for _, l := range lines[1:] {
		cells := l.Texts()
		i := -1
		if at < len(cells) {
			i = slices.IndexFunc(s.Rows, func(r Row) bool {
				return strings.TrimSpace(r.Cells[key]) == strings.TrimSpace(cells[at]) && cells[at] != ""
			})
		}
		if i < 0 {
			return []table.Wrong{{Line: l.Number(), Column: name, What: orphan}}
		}
		counts[i]++
		text := strconv.Itoa(counts[i]) + "."
		for j, c := range cells {
			if j < len(head) && c != "" && !strings.HasPrefix(head[j], "_") && head[j] != "KEY" && head[j] != "PARENT_KEY" && !strings.HasPrefix(head[j], "SET-OF-") {
				text += " " + strings.TrimPrefix(head[j], name+"/") + ": " + table.Lines(c) + ";"
			}
		}
		s.Rows[i].Cells[name] = strings.TrimPrefix(s.Rows[i].Cells[name]+"\n"+text, "\n")
		s.Rows[i].Cells[name+" (how many)"] = strconv.Itoa(counts[i])
	}
	return nil
}

// ownPaths tells each row by what its files lie.
func (s *Sheet) ownPaths() {
	for i := range s.Rows {
		for _, c := range []string{"_uuid", "meta/instanceID", "KEY", "__id"} {
			if v := strings.TrimPrefix(s.Rows[i].Cells[c], "uuid:"); v != "" && s.Rows[i].own == "" {
				s.Rows[i].own = v
			}
		}
	}
}

func (s *Sheet) submissions(data []byte) []table.Wrong {
	s.json = true
	v, bad := parse(data)
	if len(bad) > 0 {
		return bad
	}
	all, ok := list(v)
	if top, is := object(v); is {
		for _, key := range []string{"results", "value"} {
			if l, isList := list(get(top, key)); isList {
				all, ok = l, true
			}
		}
		for _, key := range []string{"next", "@odata.nextLink"} {
			if plain(get(top, key)) != "" {
				s.Notes = append(s.Notes, onePage)
			}
		}
		if !ok && (get(top, "_id") != nil || get(top, "_uuid") != nil || get(top, "__id") != nil) {
			all, ok = []json.RawMessage{v}, true
		}
	}
	if !ok {
		return whole(noList)
	}
	if len(all) > MaxRows {
		return whole(tooMany)
	}
	seen := map[string]bool{}
	for i, raw := range all {
		s.Rows = append(s.Rows, s.submission(seen, i+1, raw))
	}
	s.ownPaths()
	return nil
}

func (s *Sheet) submission(seen map[string]bool, n int, raw json.RawMessage) Row {
	r := Row{Line: n, Cells: map[string]string{}, raw: raw}
	members, ok := object(raw)
	if !ok {
		r.bad("", oddRow)
		return r
	}
	for _, m := range members {
		switch m.key {
		case Problem:
			continue
		case attachments:
			s.column(seen, attachments)
			r.Cells[attachments] = fileNames(m.value)
			continue
		case "_geolocation":
			s.column(seen, m.key)
			if at, ok := list(m.value); ok && len(at) == 2 && string(at[0]) != "null" {
				r.Cells[m.key] = string(at[0]) + ", " + string(at[1])
			}
			continue
		}
		if bad := flatten(m.value, m.key, 0, func(path, text string) {
			s.column(seen, path)
			r.Cells[path] = text
		}); bad != "" {
			r.bad(m.key, bad)
		}
	}
	return r
}

// fileNames gives the names of the files that were attached and not taken away again.
func fileNames(raw json.RawMessage) string {
	all, _ := list(raw)
	var names []string
	for _, one := range all {
		m, ok := object(one)
		if !ok || plain(get(m, "is_deleted")) == "true" {
			continue
		}
		if name := plain(get(m, "filename")); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, "|")
}
