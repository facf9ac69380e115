// Package lookout looks at a Front from outside, as any stranger can, and says
// what is not as the organisation signed it: intake keys, the public log of
// keys, published pages, petitions, and the scripts that seal.
//
// It needs no secret and changes nothing; the Front cannot tell it from a
// visitor. It believes the Front nothing that is not signed, and remembers
// serials so that an old state is not shown as the present one. It may import
// bundle, petition, wire and clock; how to fetch is given to it.
package lookout

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/wire"
)

// The public paths beside those of package wire.
const (
	pathLog      = "/w/v1/keylog/" // and the organisation's ID
	pathManifest = "/p/manifest/"  // and the organisation's ID
	pathPages    = "/p/"
	pathForm     = "/en/help" // a page with the script
)

// Fetch gets one path of the Front. A status other than 200 is no error.
type Fetch func(ctx context.Context, path string) (status int, body []byte, err error)

// Expected is what the looker knows beforehand; the zero value knows nothing.
type Expected struct {
	Organisation string            // fingerprint from a poster or the phone
	Scripts      map[string][]byte // the scripts as built from the repository, by name: "waylight.js"
	Released     map[string]string // SHA-256 in hex of the scripts that this program was released with; nil: not known
	Seen         Seen              // from the last look
	Today        clock.Day         // to tell keys whose time is over
	Only         bool              // other organisations on the same Front are none of the looker's business
	Headers      Answer            // nil: headers are not looked at
	HTTPS        bool              // the address begins with https
}

// Answer gets the headers with which the Front answers a path.
type Answer func(ctx context.Context, path string) (headers map[string][]string, err error)

// Seen is what to remember until the next look.
type Seen struct {
	Keys      map[string]uint64 `json:"keys"`      // serial by organisation ID, slash, channel
	Pages     map[string]uint64 `json:"pages"`     // serial by organisation ID
	Logs      map[string]string `json:"logs"`      // signed checkpoint of the key log by organisation ID
	Petitions map[string]uint64 `json:"petitions"` // serial by petition ID
	Scripts   map[string]string `json:"scripts"`   // SHA-256 in hex by name
}

// Finding is one thing that is not as it should be.
type Finding struct {
	Part  string `json:"part"`  // "keys", "log", "pages", "script", "petitions" or "headers"
	Where string `json:"where"` // "keys of help", "page report/index.html"
	What  string `json:"what"`
}

// Sight is the result of a look. Without findings all that was checked is genuine.
type Sight struct {
	Organisations []string          `json:"organisations"` // fingerprints of the keys that the Front shows
	Channels      int               `json:"channels"`
	Pages         int               `json:"pages"`
	Petitions     int               `json:"petitions"`
	Scripts       map[string]string `json:"scripts"` // SHA-256 in hex by name
	Findings      []Finding         `json:"findings"`
	Seen          Seen              `json:"seen"`
	Keys          map[string]string `json:"-"` // the signed key bundles in use, by organisation ID, slash, channel
}

// Look checks a Front. The error means that it could not be looked at; what is
// wrong with it stands in Findings.
func Look(ctx context.Context, fetch Fetch, e Expected) (*Sight, error) {
	l := &look{ctx: ctx, fetch: fetch, expected: e, Sight: &Sight{
		Findings: []Finding{}, Seen: Seen{Keys: map[string]uint64{}, Pages: map[string]uint64{}, Logs: map[string]string{}, Petitions: map[string]uint64{}, Scripts: map[string]string{}},
	}}
	for _, step := range []struct {
		part string
		look func() error
	}{{"keys", l.channels}, {"log", l.log}, {"pages", l.pages}, {"script", l.script}, {"petitions", l.petitions}, {"headers", l.headers}} {
		l.part = step.part
		if err := step.look(); err != nil {
			return nil, err
		}
	}
	l.Keys, l.Scripts = l.current, l.Seen.Scripts
	return l.Sight, nil
}

// look is one look under way.
type look struct {
	*Sight
	part     string
	ctx      context.Context //nolint:containedctx // lives for one call of Look
	fetch    Fetch
	expected Expected
	keys     map[string][]byte // organisation keys by ID
	current  map[string]string // the channels' notes, by organisation ID, slash, channel
}

func (l *look) find(where, what string, args ...any) {
	l.Findings = append(l.Findings, Finding{l.part, where, fmt.Sprintf(what, args...)})
}

func (l *look) json(path string, into any) error {
	status, body, err := l.fetch(l.ctx, path)
	if err != nil {
		return err
	}
	if status != 200 || json.Unmarshal(body, into) != nil {
		l.find(path, "the Front does not answer as described (status %d)", status)
	}
	return nil
}

// channels verifies what a sender would seal to.
func (l *look) channels() error {
	var published wire.Channels
	if err := l.json(wire.PathChannels, &published); err != nil {
		return err
	}
	l.keys, l.current = map[string][]byte{}, map[string]string{}
	for _, c := range published.Channels {
		where := "keys of " + c.ID
		l.Channels++
		keys, err := bundle.OpenKeys([]byte(c.Keys), c.OrganisationKey)
		if err != nil || keys.Channel != c.ID {
			l.find(where, "not signed for this channel by the key beside it")
			continue
		}
		if e := l.expected.Organisation; l.expected.Only && !bundle.Matches(c.OrganisationKey, e) {
			continue
		}
		id := bundle.ID(c.OrganisationKey)
		if l.keys[id] == nil {
			l.keys[id] = c.OrganisationKey
			l.Organisations = append(l.Organisations, bundle.Fingerprint(c.OrganisationKey))
		}
		if e := l.expected.Organisation; e != "" && !bundle.Matches(c.OrganisationKey, e) {
			l.find(where, "signed by another organisation than the expected one")
		}
		name := id + "/" + c.ID
		l.current[name], l.Seen.Keys[name] = c.Keys, keys.Serial
		if bundle.Newer(l.expected.Seen.Keys[name], keys.Serial) != nil {
			l.find(where, "older than at the last look: serial %d after %d", keys.Serial, l.expected.Seen.Keys[name])
		}
		if l.expected.Today > keys.Until {
			l.find(where, "its time ended on %s", keys.Until)
		}
	}
	if l.Channels == 0 {
		l.find(wire.PathChannels, "there is no channel: nobody can write")
	}
	return nil
}

// pages fetches every page that an organisation signed and compares it.
func (l *look) pages() error {
	for id, key := range l.keys {
		status, body, err := l.fetch(l.ctx, pathManifest+id)
		if err != nil {
			return err
		}
		if status != 200 {
			if l.expected.Seen.Pages[id] > 0 {
				l.find("pages", "there were published pages at the last look, and now there are none")
			}
			continue // nothing is published yet
		}
		signed, err := bundle.OpenPages(body, key)
		if err != nil {
			l.find("pages", "the list of pages is not signed by the organisation")
			continue
		}
		l.Seen.Pages[id] = signed.Serial
		if bundle.Newer(l.expected.Seen.Pages[id], signed.Serial) != nil {
			l.find("pages", "older than at the last look: serial %d after %d", signed.Serial, l.expected.Seen.Pages[id])
		}
		for _, p := range signed.Pages {
			if err := l.page(p); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *look) page(p bundle.Page) error {
	l.Pages++
	status, body, err := l.fetch(l.ctx, pathPages+p.Path)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(body); status != 200 || hex.EncodeToString(sum[:]) != p.SHA256 {
		l.find("page "+p.Path, "not what was signed (status %d)", status)
	}
	return nil
}

// headers looks at those of a page with a form.
func (l *look) headers() error {
	if l.expected.Headers == nil {
		return nil
	}
	h, err := l.expected.Headers(l.ctx, pathForm)
	if err != nil {
		return err
	}
	for _, wrong := range Headers(h, l.expected.HTTPS) {
		l.find("headers", "%s", wrong)
	}
	return nil
}
