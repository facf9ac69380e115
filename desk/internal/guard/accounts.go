package guard

import (
	"slices"
	"strings"
	"unicode"
)

// accounts says of each sign whether it stands in an address of the web, a mail address,
// an account, a hashtag or a file's name: names are written small and without spaces there.
func accounts(cs []char) []bool {
	var out []bool
	for i := 0; i < len(cs); {
		if parts(cs[i].r) {
			i++
			continue
		}
		j := i
		for j < len(cs) && !parts(cs[j].r) {
			j++
		}
		if isAccount(cs[i:j]) {
			if out == nil {
				out = make([]bool, len(cs))
			}
			for k := i; k < j; k++ {
				out[k] = true
			}
		}
		i = j
	}
	return out
}

func parts(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("\"<>()[]{}«»„“,;|", r)
}

// isAccount looks at signs between two spaces.
func isAccount(run []char) bool {
	for i, c := range run {
		inside := i > 0 && i+1 < len(run) && run[i-1].word && run[i+1].word
		switch c.r {
		case '@', '#':
			if i+1 < len(run) && run[i+1].word {
				return true
			}
		case '_':
			if inside {
				return true
			}
		case ':':
			if i+3 < len(run) && run[i+1].r == '/' && run[i+2].r == '/' {
				return true
			}
		}
	}
	dot := -1
	end := len(run)
	for i, c := range run {
		if c.r == '/' && dot > 0 {
			end = i
			break
		}
		if c.r == '.' && i > 0 && run[i-1].word && i+1 < len(run) && run[i+1].word {
			dot = i
		}
	}
	if dot < 0 {
		return false
	}
	last := strings.TrimRight(runesOf(run[dot+1:end]), ".!?:'")
	return slices.Contains(accountEnds, last)
}

// accountEnds are the ends of files' names and of addresses of the web.
var accountEnds = strings.Fields(`pdf doc docx odt rtf xls xlsx ods csv ppt pptx txt zip rar jpg jpeg png gif webp heic tif tiff svg mp3 mp4 m4a mov avi wav ogg opus html htm json eml
	com org net info me io tv ru su рф ua by kz ge am az de fr pl tr lt lv ee uk eu blog site live online example`)

// Bounds of the letters of an account that are looked through for names.
const (
	shortestGlued = 7
	longestGlued  = 48
	longestPart   = 18
)

// glued looks for names in letters without a space between them: "freeanzorisaev". A given
// name and a surname that both stand in them give the person away, and so does a surname
// alone with which they begin or end.
func (s *scan) glued(n, at int, w word) {
	for _, half := range w.split() {
		from := 0
		for i := 0; i <= len(half.chars); i++ {
			if i < len(half.chars) && !unicode.IsDigit(half.chars[i].r) {
				continue
			}
			if run := half.chars[from:i]; len(run) >= 3 && len(run) < len(half.chars) { // "isaev1989"
				piece := word{chars: run}
				letters := piece.letters()
				s.note(occurrence{at: at, paragraph: n, start: piece.start(), end: piece.end(), capital: true}, s.known(string(letters), letters))
			}
			s.gluedRun(n, at, half.chars[from:i])
			from = i + 1
		}
	}
}

func (s *scan) gluedRun(n, at int, run []char) {
	if len(run) < shortestGlued || len(run) > longestGlued {
		return
	}
	for i := range run {
		for j := i + 3; j <= min(len(run), i+longestPart); j++ {
			if j-i == len(run) {
				continue
			}
			piece := word{chars: run[i:j]}
			letters := piece.letters()
			found := s.part(letters, j == len(run))
			if found.empty() {
				continue
			}
			o := occurrence{at: at, paragraph: n, start: piece.start(), end: piece.end(), capital: len(letters) >= 6 && (i == 0 || j == len(run))}
			s.note(o, found)
		}
	}
}

// part is what letters between others may be of a name, written as it is kept; the last
// ones may be inflected.
func (s *scan) part(letters []rune, last bool) *standing {
	key := string(letters)
	if last {
		key += "$"
	}
	out, ok := s.parts[key]
	if ok {
		return out
	}
	g := s.gather()
	for _, r := range readWord(letters) {
		if len(r) < 3 {
			continue
		}
		g.take(spaceExact, r)
		if last {
			candidates(r, func(stem string) { g.take(spaceStem, stem) })
		} else {
			g.take(spaceStem, r)
		}
	}
	g.all = slices.DeleteFunc(g.all, func(r ref) bool {
		return r.kind() != kindName || r.strength() != Strong && r.strength() != Weak
	})
	out = g.standing()
	// A given name alone says nothing here: letters of other words spell many.
	only := func(r ref) bool { return r.strength() != Strong }
	out.alone, out.beside = slices.DeleteFunc(out.alone, only), nil
	s.parts[key] = out
	return out
}

// nicknamed are words behind which a nickname stands.
var nicknamed = strings.Fields("кличка кличке кличкой кличку прозвище прозвищу прозвищем прозвали прозвал позывной позывным позывному погоняло погонялу ник ником никнейм nicknamed nickname alias aka callsign called")

// named reports words that are given as a name though they are written small: in
// quotation marks, or behind "nicknamed".
func named(cs []char, ws []word, i int) bool {
	w := ws[i]
	from := w.after - len(w.chars)
	if from > 0 && w.after < len(cs) && strings.ContainsRune("«\"„“'", cs[from-1].r) && strings.ContainsRune("»\"“”'", cs[w.after].r) {
		return true
	}
	return i > 0 && slices.Contains(nicknamed, string(ws[i-1].letters()))
}
