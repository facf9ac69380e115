package harvest

import (
	"regexp"
	"strings"
	"unicode"

	"waylight/desk/internal/foreign"
)

var (
	mailLike  = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`)
	phoneLike = regexp.MustCompile(`^(\+|0|8)([ ()-]*[0-9]){8,}$`) // a day has eight figures
)

// Telling lists the columns that seem to say who somebody is or how to reach them: by
// what stands in them, whatever they are called. Three cells of five must look like a
// name of two to four words, an e-mail address or a telephone number. Names in letters
// that know no capitals are not recognised, and names of places can be taken for people's.
func Telling(s foreign.Sheet) (columns []string) {
	for _, c := range s.Columns {
		filled, tells := 0, 0
		for _, r := range s.Rows {
			v := strings.TrimSpace(r.Cells[c])
			if v == "" {
				continue
			}
			if filled++; mailLike.MatchString(v) || phoneLike.MatchString(v) || nameLike(v) {
				tells++
			}
		}
		if filled > 0 && 5*tells >= 3*filled {
			columns = append(columns, c)
		}
	}
	return columns
}

// nameLike reports whether words look like a personal name.
func nameLike(v string) bool {
	words := strings.Fields(v)
	if len(words) < 2 || len(words) > 4 || len([]rune(v)) > 60 {
		return false
	}
	for _, w := range words {
		for i, r := range []rune(strings.TrimSuffix(w, ".")) {
			if i == 0 && !unicode.IsUpper(r) || !unicode.IsLetter(r) && r != '-' && r != '\'' && r != '’' {
				return false
			}
		}
	}
	return true
}

// Untold are the telling columns whose words would stand as words: the leak guard
// would not know them.
func (m Mapping) Untold(s foreign.Sheet) (columns []string) {
	for _, c := range Telling(s) {
		if m.Roles[c] == Words {
			columns = append(columns, c)
		}
	}
	return columns
}
