package takeout

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"filippo.io/age"

	"waylight/desk/internal/record"
	"waylight/desk/internal/table"
	"waylight/internal/fault"
)

var errUndo = errors.New("takeout: nothing is to be kept")

// format names the file's form and its version.
const format = "waylight/record/1"

// The most that a file may unfold to.
const (
	maxPlain = 512 << 20
	maxFile  = 256 << 20
)

type manifest struct {
	Format string   `json:"format"`
	Made   string   `json:"made"`
	Sealed bool     `json:"sealed_words"`
	Files  []listed `json:"files"`
}

type listed struct {
	Name   string `json:"name"`
	Rows   int    `json:"rows,omitempty"`
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
}

const readme = `This is the record of a Waylight Desk, whole, as it stood on %s.

NAME.jsonl   one thing in a line, as JSON: this is what a Desk reads
NAME.csv     the same for people and spreadsheets (an apostrophe is put before a
             cell that a spreadsheet would run as a formula)
manifest.json  every file with its SHA-256

sources, items, claims: who says what. "held" says where the words are: "open",
"sealed" (they lie in a safe there and stand here because two people agreed),
"closed" (they lie in a safe and stand not here), "gone" (destroyed).
incidents, acts: what happened. links, judgements, findings, reviews, origins:
what people think of it, each with who, when and why. statements, milestones:
what was said in public, and what followed. acts are those under which claims are
graded; dated-acts, parties, involvements, relations, same-parties: who did what to
whom, and which parties are one. codes: the vocabulary's codes of incidents and
acts. places: where things are on the map. opinions, opinion-editions:
what clinicians and forensic experts wrote and signed, as they signed it, where a
consent lets it leave; they name whom they are about.

Dates are EDTF (2017-04-09, 2017-04, 2017~, 2017-02/..). Who a source or a
party really is, is not here, nor are files of evidence. Keep this as you would keep the record.
`

// pack makes the zip: the same record at the same time gives the same bytes.
func pack(w record.Whole, now time.Time, sealed bool) ([]byte, error) {
	m := manifest{Format: format, Made: now.UTC().Format(time.RFC3339), Sealed: sealed}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	put := func(name string, rows int, body []byte) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		if name != "manifest.json" {
			sum := sha256.Sum256(body)
			m.Files = append(m.Files, listed{name, rows, len(body), hex.EncodeToString(sum[:])})
		}
		_, err = f.Write(body)
		return err
	}
	if err := put("README.txt", 0, fmt.Appendf(nil, readme, m.Made)); err != nil {
		return nil, err
	}
	for _, e := range entities() {
		var lines bytes.Buffer
		for _, raw := range w[e] {
			lines.Write(raw)
			lines.WriteByte('\n')
		}
		if err := put(string(e)+".jsonl", len(w[e]), lines.Bytes()); err != nil {
			return nil, err
		}
		if err := put(string(e)+".csv", len(w[e]), sheet(w[e])); err != nil {
			return nil, err
		}
	}
	body, err := json.MarshalIndent(m, "", "  ")
	if err == nil {
		err = put("manifest.json", 0, body)
	}
	if err == nil {
		err = z.Close()
	}
	return out.Bytes(), err
}

// sheet writes rows as a table; what is no text stands as JSON.
func sheet(rows []json.RawMessage) []byte {
	var head []string
	at := map[string]int{}
	var out [][]string
	for _, raw := range rows {
		d := json.NewDecoder(bytes.NewReader(raw))
		if _, err := d.Token(); err != nil {
			continue
		}
		cells := make([]string, len(head))
		for d.More() {
			k, err := d.Token()
			var v json.RawMessage
			if err != nil || d.Decode(&v) != nil {
				break
			}
			name := k.(string)
			if _, ok := at[name]; !ok {
				at[name] = len(head)
				head = append(head, name)
			}
			for len(cells) <= at[name] {
				cells = append(cells, "")
			}
			var text string
			switch {
			case json.Unmarshal(v, &text) == nil:
				cells[at[name]] = text
			default:
				cells[at[name]] = string(v)
			}
		}
		out = append(out, cells)
	}
	for i := range out {
		for len(out[i]) < len(head) {
			out[i] = append(out[i], "")
		}
	}
	return table.WriteCSV(head, out)
}

func seal(plain []byte, to age.Recipient) ([]byte, error) {
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	err = w.Close() // it writes what is left
	return b.Bytes(), err
}

// unseal opens with an age identity or a passphrase.
func unseal(raw []byte, key string) ([]byte, error) {
	key = strings.TrimSpace(key)
	if len(raw) == 0 {
		return nil, fault.Bad("package", "Choose a file.")
	}
	if len(raw) > maxFile {
		return nil, fault.Bad("package", "The file is larger than 256 MB.")
	}
	var id age.Identity
	if strings.HasPrefix(key, "AGE-SECRET-KEY-") {
		all, err := age.ParseIdentities(strings.NewReader(key))
		if err != nil || len(all) != 1 {
			return nil, fault.Bad("key", "This is no secret key of age.")
		}
		id = all[0]
	} else {
		s, err := age.NewScryptIdentity(key)
		if err != nil {
			return nil, fault.Bad("key", "Give the passphrase, or the secret key to which it was sealed.")
		}
		s.SetMaxWorkFactor(20)
		id = s
	}
	r, err := age.Decrypt(bytes.NewReader(raw), id)
	if err != nil {
		return nil, fault.Bad("key", "The file does not open with this, or is no such file.")
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxPlain+1))
	if err != nil || len(plain) > maxPlain {
		return nil, fault.Bad("package", "The file is damaged or cut off. Nothing was kept.")
	}
	return plain, nil
}

// unpack reads the lines, each file against the manifest.
func unpack(plain []byte) (record.Whole, error) {
	damaged := fault.Bad("package", "The file is damaged or cut off. Nothing was kept.")
	z, err := zip.NewReader(bytes.NewReader(plain), int64(len(plain)))
	if err != nil {
		return nil, damaged
	}
	files, left := map[string][]byte{}, int64(maxPlain)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, damaged
		}
		body, err := io.ReadAll(io.LimitReader(r, left+1))
		r.Close()
		if left -= int64(len(body)); err != nil || left < 0 || files[f.Name] != nil {
			return nil, damaged
		}
		files[f.Name] = body
	}
	var m manifest
	if json.Unmarshal(files["manifest.json"], &m) != nil || !strings.HasPrefix(m.Format, "waylight/record/") {
		return nil, fault.Bad("package", "This is no record of a Desk.")
	}
	if m.Format != format {
		return nil, fault.Bad("package", "A newer program wrote this file. Use the same version on both Desks.")
	}
	for _, l := range m.Files {
		sum := sha256.Sum256(files[l.Name])
		if files[l.Name] == nil && l.Size > 0 || hex.EncodeToString(sum[:]) != l.SHA256 {
			return nil, fault.Bad("package", "A file in it is not as it was written. Nothing was kept.")
		}
	}
	out := record.Whole{}
	for _, e := range entities() {
		for line := range bytes.Lines(files[string(e)+".jsonl"]) {
			if line = bytes.TrimSpace(line); len(line) > 0 {
				out[e] = append(out[e], json.RawMessage(line))
			}
		}
	}
	return out, nil
}
