package traces

import (
	"archive/zip"
	"bytes"
	"regexp"
	"strings"
)

// maxEntries is how many files of a ZIP are looked at.
const maxEntries = 4096

// zip reads a container: an office document, or files put together.
func (l *look) zip(b []byte, depth int) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(z.File) > maxEntries {
		l.Unread = true
		return
	}
	l.hide(z.Comment)
	office := false
	for _, f := range z.File {
		office = office || f.Name == "[Content_Types].xml" || f.Name == "mimetype"
	}
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		if f.Flags&1 != 0 {
			l.Unread = true // locked with a password
			continue
		}
		r, err := f.Open()
		if err != nil {
			l.Unread = true
			continue
		}
		part := l.read(r)
		r.Close()
		if !office {
			l.hide(strings.ReplaceAll(f.Name, "/", "\n"))
			l.hide(f.Comment)
			l.packed(f.Name, part, depth)
			continue
		}
		l.part(f.Name, part, depth)
	}
}

// packed looks into a file that lies in a ZIP.
func (l *look) packed(name string, b []byte, depth int) {
	switch {
	case hasEnd(name, ".jpg", ".jpeg", ".png", ".gif", ".webp", ".tif", ".tiff"):
		l.picture(b)
		l.whole(b, depth+1)
	default:
		l.whole(b, depth+1)
	}
}

func (l *look) picture(b []byte) {
	if len(l.Pictures) == maxPics {
		l.Unread = true
		return
	}
	l.Pictures = append(l.Pictures, b)
}

func hasEnd(name string, ends ...string) bool {
	name = strings.ToLower(name)
	for _, e := range ends {
		if strings.HasSuffix(name, e) {
			return true
		}
	}
	return false
}

// part reads one part of an office document.
func (l *look) part(name string, b []byte, depth int) {
	text := string(b)
	base := strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	switch {
	case base == "core.xml" || base == "app.xml" || base == "custom.xml" || name == "meta.xml":
		l.properties(text)
	case base == "people.xml" || base == "persons.xml" || base == "person.xml" || strings.HasPrefix(base, "commentauthors"):
		l.say(Author, "document", plain(text, true))
	case strings.HasPrefix(base, "comments") || strings.Contains(name, "threadedComments/") || strings.Contains(name, "/comments/"):
		l.say(Note, "document", paragraphs(text))
		l.authors(text)
	case strings.Contains(strings.ToLower(name), "thumbnail"):
		l.tell(Inside, "thumbnail")
		l.whole(b, depth+1)
	case strings.Contains(name, "/embeddings/"):
		l.tell(Inside, "document")
		l.whole(b, depth+1)
	case strings.Contains(name, "/media/"), strings.HasPrefix(name, "Pictures/"):
		l.picture(b)
		l.whole(b, depth+1)
	case hasEnd(name, ".rels"):
		for _, m := range target.FindAllStringSubmatch(text, -1) { // addresses that are not within
			l.hide(m[1])
		}
	case hasEnd(name, ".xml") && !strings.Contains(base, "styles") && !strings.Contains(base, "theme") && !strings.Contains(base, "settings") && !strings.Contains(base, "fonttable") && base != "[content_types].xml" && base != "manifest.xml":
		l.contents(text)
	}
}

var (
	target    = regexp.MustCompile(`Target="([a-z]+:[^"]+)"`)
	author    = regexp.MustCompile(`(?:w:author|w15:author|author|displayName|w:initials)="([^"]+)"|<dc:creator>([^<]+)<`)
	struckOut = regexp.MustCompile(`(?s)<w:delText[^>]*>([^<]*)<|<text:(?:tracked-changes)>(.*?)</text:tracked-changes>`)
	spoken    = regexp.MustCompile(`\s(?:descr|title|alt|name|tooltip|display|location|instr|w:instr|w:alias|prompt|promptTitle|error|codeName|table:name|draw:name|xlink:href|office:string-value)="([^"]+)"`)
	property  = regexp.MustCompile(`(?s)<(?:[a-zA-Z0-9]+:)?([a-zA-Z\-]+)(?:\s[^>]*)?>([^<]+)<`)
	hiddenIn  = regexp.MustCompile(`<sheet\b[^>]*state="(?:hidden|veryHidden)"|<w:vanish ?/>|<p:sld\b[^>]*show="0"`)
)

// properties reads what a document says about itself.
func (l *look) properties(text string) {
	for _, m := range property.FindAllStringSubmatch(text, -1) {
		name, value := m[1], strings.TrimSpace(plain(m[2], false))
		switch name {
		case "Pages", "Words", "Characters", "CharactersWithSpaces", "Lines", "Paragraphs", "TotalTime", "AppVersion", "DocSecurity", "revision", "editing-cycles", "editing-duration", "ScaleCrop", "LinksUpToDate", "SharedDoc", "HyperlinksChanged", "language", "Template", "Slides", "Notes", "HiddenSlides", "MMClips", "i4", "lpstr", "PresentationFormat", "title":
			l.hide(value)
		case "created", "modified", "lastPrinted", "creation-date", "date", "print-date":
			l.say(Time, "document", value)
		case "creator", "lastModifiedBy", "initial-creator", "printed-by", "Company", "Manager":
			l.say(Author, "document", value)
		case "Application", "generator":
			l.say(Program, "document", value)
		default:
			l.say(Note, "document", value)
		}
	}
}

func (l *look) authors(text string) {
	for _, m := range author.FindAllStringSubmatch(text, -1) {
		l.say(Author, "document", plain(m[1]+m[2], false))
	}
}

// contents reads what a document shows, and what was struck out of it.
func (l *look) contents(text string) {
	for _, m := range struckOut.FindAllStringSubmatch(text, -1) {
		l.say(Changes, "document", plain(m[1]+m[2], false))
	}
	if strings.Contains(text, "<w:ins ") || strings.Contains(text, "<w:del ") || strings.Contains(text, "<office:change-info") {
		l.tell(Changes, "document")
		l.authors(text)
	}
	if hiddenIn.MatchString(text) {
		l.tell(Changes, "hidden")
	}
	l.keep(&l.Body, paragraphs(text))
	for _, m := range spoken.FindAllStringSubmatch(text, -1) { // what a picture shows, where a link leads, how a sheet is called
		l.hide(plain(m[1], false))
	}
}

// ends of paragraphs, cells and lines; every other tag parts no words.
var breaks = regexp.MustCompile(`</(?:w:p|a:p|text:p|text:h|si|is|row|table:table-cell|table:table-row)>|<(?:w:br|w:tab|text:tab|text:line-break|text:s)\b[^>]*>|</(?:c|v|t)>`)

// paragraphs is the text of a document's part: a name may be cut into several runs.
func paragraphs(xml string) string {
	xml = breaks.ReplaceAllString(xml, "\n")
	return plain(tag.ReplaceAllString(xml, ""), false)
}
