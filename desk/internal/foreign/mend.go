package foreign

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"waylight/desk/internal/table"
)

// Mend gives the rows that were refused back as a file of the same kind, each
// with what is wrong with it, so that they can be mended and sent again.
func (s Sheet) Mend(why map[int][]string) (name, mediaType string, out []byte) {
	if !s.json {
		head := append(slices.Clone(s.Columns), Problem)
		var rows [][]string
		for _, r := range s.Rows {
			if len(why[r.Line]) == 0 {
				continue
			}
			var cells []string
			for _, c := range s.Columns {
				cells = append(cells, r.Cells[c])
			}
			rows = append(rows, append(cells, strings.Join(why[r.Line], " ")))
		}
		return "to-mend.csv", table.CSV.Type(), table.WriteCSV(head, rows)
	}
	var b bytes.Buffer
	open, name, mediaType := `{"results":[`, "to-mend.json", "application/json"
	if s.Kind == GeoJSON {
		open, name, mediaType = `{"type":"FeatureCollection","features":[`, "to-mend.geojson", "application/geo+json"
	}
	b.WriteString(open)
	first := true
	for _, r := range s.Rows {
		if len(why[r.Line]) == 0 {
			continue
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		b.WriteByte('\n')
		b.Write(s.marked(r.raw, strings.Join(why[r.Line], " ")))
	}
	b.WriteString("\n]}\n")
	return name, mediaType, b.Bytes()
}

// marked puts a sentence into an object; everything else stays to the letter.
func (s Sheet) marked(raw json.RawMessage, why string) []byte {
	key, _ := json.Marshal(Problem)
	note, _ := json.Marshal(why)
	trimmed := bytes.TrimSpace(raw)
	if len(trimmed) < 2 || trimmed[0] != '{' {
		return trimmed // what is no object cannot carry a note
	}
	rest := bytes.TrimSpace(trimmed[1:])
	if len(rest) > 0 && rest[0] == '}' {
		return slices.Concat([]byte("{"), key, []byte(":"), note, rest)
	}
	return slices.Concat([]byte("{"), key, []byte(":"), note, []byte(","), rest)
}
