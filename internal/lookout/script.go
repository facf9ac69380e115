package lookout

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"html"
	"regexp"
	"slices"
	"strings"

	"waylight/internal/petition"
	"waylight/internal/wire"
)

const (
	pathMailbox   = "/en/mailbox"   // where a code is typed
	pathPetitions = "/en/petitions" // a page that links to each
)

var (
	scriptSrc  = regexp.MustCompile(`<script[^>]*\bsrc="([^"]*)"`)
	laterSrc   = regexp.MustCompile(`\bdata-papers="([^"]*)"`) // the page's script loads it when a file is chosen
	scriptName = regexp.MustCompile(`^/static/([a-z]+)\.[0-9a-f]{12}\.js$`)
	petitionAt = regexp.MustCompile(`href="(` + pathPetitions + `/[a-z0-9-]+)"`)
	wordsIn    = regexp.MustCompile(`(?s)<h1>(.*?)</h1>|<p class="paragraph">(.*?)</p>`)
	petitionID = regexp.MustCompile(`\bdata-petition="([0-9a-f]{32})"`)
)

// script fetches the scripts of the pages on which people write, and compares them.
func (l *look) script() error {
	status, page, err := l.fetch(l.ctx, pathForm)
	if err != nil {
		return err
	}
	src := l.only("the form page", status, page)
	if src == "" {
		return nil
	}
	if err := l.compare(src, "waylight.js"); err != nil {
		return err
	}
	later := laterSrc.FindSubmatch(page)
	if later == nil {
		l.find("script", "the form page does not name the script that looks through files")
		return nil
	}
	if err := l.compare(string(later[1]), "papers.js"); err != nil {
		return err
	}
	if status, page, err = l.fetch(l.ctx, pathMailbox); err != nil {
		return err
	}
	if src = l.only("the page of the mailbox", status, page); src == "" {
		return nil
	}
	return l.compare(src, "waylight.js")
}

// only gives the address of the one script of a page; "" after a finding.
func (l *look) only(where string, status int, page []byte) string {
	sources := scriptSrc.FindAllSubmatch(page, -1)
	if n := bytes.Count(bytes.ToLower(page), []byte("<script")); status != 200 || len(sources) != 1 || n != 1 {
		l.find("script", "%s has %d scripts instead of one (status %d)", where, n, status)
		return ""
	}
	return string(sources[0][1])
}

// compare fetches a script and holds it against what is known of it, once in a look.
func (l *look) compare(src, want string) error {
	if !strings.HasPrefix(src, "/") || strings.HasPrefix(src, "//") {
		l.find("script", "%s comes from another server", want)
		return nil
	}
	if m := scriptName.FindStringSubmatch(src); m == nil || m[1]+".js" != want {
		l.find("script", "%s is not where it should be", want)
		return nil
	}
	status, body, err := l.fetch(l.ctx, src)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	now := hex.EncodeToString(sum[:])
	if l.Seen.Scripts[want] == now {
		return nil
	}
	expected, sure := l.expected.Scripts[want]
	switch known := l.expected.Seen.Scripts[want]; {
	case status != 200:
		l.find("script", "%s cannot be fetched (status %d)", want, status)
	case l.Seen.Scripts[want] != "":
		l.find("script", "%s differs from page to page", want)
	case sure && !bytes.Equal(body, expected):
		l.find("script", "%s is not the expected one", want)
	case !sure && l.expected.Released[want] != "" && l.expected.Released[want] != now:
		l.find("script", "%s is not the one that was released with this program: if the Front is of the same version, somebody changed it", want)
	case !sure && l.expected.Released[want] == "" && known != "" && known != now:
		l.find("script", "%s changed since the last look: compare it with the one of the new release", want)
	}
	l.Seen.Scripts[want] = now
	return nil
}

// petitions looks at each petition that can be signed: its statement, and that its
// page shows the words that were signed and runs no other script.
func (l *look) petitions() error {
	status, list, err := l.fetch(l.ctx, pathPetitions)
	if err != nil || status == 404 { // a Front without petitions
		return err
	}
	for _, m := range petitionAt.FindAllSubmatch(list, -1) {
		if err := l.petition(string(m[1])); err != nil {
			return err
		}
	}
	return nil
}

func (l *look) petition(path string) error {
	where := "petition " + path
	status, page, err := l.fetch(l.ctx, path)
	if err != nil {
		return err
	}
	if src := l.only(where, status, page); src != "" {
		if err := l.compare(src, "sign.js"); err != nil {
			return err
		}
	}
	id := petitionID.FindSubmatch(page)
	if id == nil { // it is closed: there is nothing to fill in
		if bytes.Contains(page, []byte("<input")) || bytes.Contains(page, []byte("<textarea")) {
			l.find(where, "it asks for something and names no petition")
		}
		return nil
	}
	var published wire.Petition
	if err := l.json(strings.ReplaceAll(wire.PathPetition, "{petition}", string(id[1])), &published); err != nil {
		return err
	}
	p, err := petition.Open([]byte(published.Statement), published.OrganisationKey)
	switch {
	case err != nil:
		l.find(where, "its statement is not signed")
		return nil
	case l.keys[p.Organisation] == nil:
		if !l.expected.Only {
			l.find(where, "it is signed by an organisation that is not on this Front")
		}
		return nil
	case p.ID != string(id[1]):
		l.find(where, "its statement is of another petition")
		return nil
	case p.Serial < l.expected.Seen.Petitions[p.ID]:
		l.find(where, "it is older than at the last look")
	}
	l.Petitions++
	l.Seen.Petitions[p.ID] = p.Serial
	var shown []string
	for _, m := range wordsIn.FindAllSubmatch(page, -1) {
		shown = append(shown, html.UnescapeString(string(m[1])+string(m[2])))
	}
	if words := p.In("en"); !slices.Equal(shown, append([]string{words.Title}, words.Paragraphs...)) {
		l.find(where, "its page does not show the words that were signed")
	}
	return nil
}
