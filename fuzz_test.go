package waylight_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// reachable are the parsers that a stranger's bytes reach, over HTTP or inside
// what is sealed, and the fuzz target of each.
var reachable = map[string]struct{ folder, target string }{
	"every address of the Front":         {"front", "FuzzFront"},
	"a request, before the HTTP server":  {"internal/fastlane", "FuzzLane"},
	"a submission's JSON":                {"front/internal/letterbox", "FuzzReadEnvelope"},
	"a code as typed":                    {"internal/receipt", "FuzzParse"},
	"a message inside an envelope":       {"internal/envelope", "FuzzDecode"},
	"a reply inside a mailbox":           {"internal/mailbox", "FuzzOpen"},
	"a key bundle":                       {"internal/bundle", "FuzzOpenKeys"},
	"a key log's checkpoint":             {"internal/bundle", "FuzzOpenCheckpoint"},
	"a partner's package, once opened":   {"internal/referral", "FuzzOpen"},
	"a partner's card":                   {"internal/referral", "FuzzOpenCard"},
	"a journal that comes home":          {"internal/travelpack", "FuzzReadJournal"},
	"a mail":                             {"desk/internal/post", "FuzzParse"},
	"a signature of a petition, opened":  {"internal/petition", "FuzzDecode"},
	"a file, for what it tells besides":  {"desk/internal/traces", "FuzzBytes"},
	"a hatch stamp, before it is proved": {"internal/hatchway", "FuzzStamp"},
}

func TestReachableParsersAreFuzzed(t *testing.T) {
	t.Parallel()
	for what, r := range reachable {
		files, err := filepath.Glob(filepath.Join(r.folder, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			found = found || regexp.MustCompile(`(?m)^func `+r.target+`\(f \*testing\.F\)`).Match(text)
		}
		if !found {
			t.Errorf("%s: there is no %s in %s", what, r.target, r.folder)
		}
	}
}
