package foreign

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"waylight/desk/internal/table"
)

const maxDeep = 12

type member struct {
	key   string
	value json.RawMessage
}

// object gives the members of a JSON object in their order.
func object(raw json.RawMessage) (all []member, ok bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, false
		}
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			return nil, false
		}
		all = append(all, member{k.(string), v})
	}
	return all, true
}

func get(all []member, key string) json.RawMessage {
	for _, m := range all {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

func list(raw json.RawMessage) (all []json.RawMessage, ok bool) {
	return all, len(raw) > 0 && raw[0] == '[' && json.Unmarshal(raw, &all) == nil
}

// whole JSON, or a sentence that says why not.
func parse(data []byte) (json.RawMessage, []table.Wrong) {
	text, bad := table.Decode(data)
	if bad != "" {
		return nil, whole(bad)
	}
	var v json.RawMessage
	d := json.NewDecoder(strings.NewReader(text))
	if err := d.Decode(&v); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, whole(cutJSON)
		}
		return nil, whole(noJSON)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, whole(noJSON)
	}
	return v, nil
}

// plain gives a scalar as it stands; numbers keep their digits.
func plain(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return table.Lines(s)
	}
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}

func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return string(raw)
	}
	return b.String()
}

// spot gives a GeoJSON point that stands as a value, as Central writes positions.
func spot(all []member) (string, bool) {
	if plain(get(all, "type")) != "Point" {
		return "", false
	}
	at, ok := list(get(all, "coordinates"))
	if !ok || len(at) < 2 {
		return "", false
	}
	return string(at[1]) + ", " + string(at[0]), true
}

// flatten tells every value of an object under the path of its name. A list of
// objects, a repeated group, becomes lines to be read, and its length.
func flatten(raw json.RawMessage, path string, deep int, tell func(path, text string)) string {
	if deep > maxDeep {
		return deepJSON
	}
	if all, ok := object(raw); ok {
		if at, ok := spot(all); ok && path != "" {
			tell(path, at)
			return ""
		}
		for _, m := range all {
			if bad := flatten(m.value, join(path, m.key), deep+1, tell); bad != "" {
				return bad
			}
		}
		return ""
	}
	all, ok := list(raw)
	if !ok {
		tell(path, plain(raw))
		return ""
	}
	if len(all) > 0 && len(all[0]) > 0 && all[0][0] == '{' {
		var b strings.Builder
		for i, one := range all {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(strconv.Itoa(i+1) + ".")
			bad := flatten(one, "", deep+1, func(name, text string) {
				if text != "" {
					b.WriteString(" " + strings.TrimPrefix(name, path+"/") + ": " + text + ";")
				}
			})
			if bad != "" {
				return bad
			}
		}
		tell(path, b.String())
		tell(path+" (how many)", strconv.Itoa(len(all)))
		return ""
	}
	var parts []string
	for _, one := range all {
		if p := plain(one); p != "" {
			parts = append(parts, p)
		}
	}
	tell(path, strings.Join(parts, "|"))
	return ""
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "/" + key
}
