package waylight_test

import (
	"bytes"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"waylight/desk"
	"waylight/front"
)

// text reads a document of the project.
func text(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var (
	mdLink    = regexp.MustCompile(`!?\[[^\]]*\]\(([^()\s]+)\)`)
	mdFence   = regexp.MustCompile("(?s)```.*?```")
	mdHeading = regexp.MustCompile(`(?m)^#+ +(.+?) *$`)
	notAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// anchors are the fragments that a document's headings give.
func anchors(markdown string) []string {
	var out []string
	for _, m := range mdHeading.FindAllStringSubmatch(mdFence.ReplaceAllString(markdown, ""), -1) {
		plain := notAnchor.ReplaceAllString(strings.ToLower(m[1]), "")
		out = append(out, strings.ReplaceAll(plain, " ", "-"))
	}
	return out
}

// TestDocumentsLead holds every relative link of every document to a file, and
// its fragment to a heading.
func TestDocumentsLead(t *testing.T) {
	t.Parallel()
	links := 0
	documents(t, func(path, markdown string) {
		for _, m := range mdLink.FindAllStringSubmatch(mdFence.ReplaceAllString(markdown, ""), -1) {
			u, err := url.Parse(m[1])
			if err != nil {
				t.Errorf("%s: %q is no link", path, m[1])
				continue
			}
			if u.Scheme != "" {
				continue
			}
			links++
			target := path
			if u.Path != "" {
				target = filepath.Join(filepath.Dir(path), filepath.FromSlash(u.Path))
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s leads to %s, which is not there", path, m[1])
				continue
			}
			if u.Fragment != "" && !slices.Contains(anchors(text(t, target)), u.Fragment) {
				t.Errorf("%s leads to %s: there is no such heading", path, m[1])
			}
		}
	})
	if links == 0 {
		t.Error("no link was found: nothing was checked")
	}
}

// documents calls f with every document of the project.
func documents(t *testing.T, f func(path, text string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{".git", "bin", ".cache", "screenshots", "js", "node_modules"}, d.Name()) {
			return filepath.SkipDir
		}
		if !d.IsDir() && filepath.Ext(path) == ".md" {
			f(path, text(t, path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var (
	goTest   = regexp.MustCompile(`(?m)^func (Test[A-Za-z]+)\(`)
	goMethod = regexp.MustCompile(`(?m)^func \(\w+ \*?([A-Z]\w*)\) ([A-Z]\w*)\(`)
	mdMethod = regexp.MustCompile("`(?:[a-z]+\\.)?([A-Z][a-z]+)\\.([A-Z][A-Za-z]+)`")
	mdTest   = regexp.MustCompile("`(Test[A-Z][A-Za-z]*)`")
	mdFile   = regexp.MustCompile("`([a-z0-9_./-]+/[a-z0-9_./-]+\\.(?:go|js|css|sql|po|service))`")
)

// TestProofsExist: a test that a document calls a proof is there, and so are the
// verbs and the files of the code that a document names.
func TestProofsExist(t *testing.T) {
	t.Parallel()
	tests, methods, types := map[string]bool{}, map[string]bool{}, map[string]bool{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		code := text(t, path)
		for _, m := range goTest.FindAllStringSubmatch(code, -1) {
			tests[m[1]] = true
		}
		for _, m := range goMethod.FindAllStringSubmatch(code, -1) {
			types[m[1]], methods[m[1]+"."+m[2]] = true, true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	documents(t, func(path, text string) {
		for _, m := range mdTest.FindAllStringSubmatch(text, -1) {
			named++
			if !tests[m[1]] {
				t.Errorf("%s names the test %s, which is not there", path, m[1])
			}
		}
		for _, m := range mdMethod.FindAllStringSubmatch(text, -1) {
			if types[m[1]] && !methods[m[1]+"."+m[2]] {
				t.Errorf("%s names the verb %s.%s, which is not there", path, m[1], m[2])
			}
		}
		for _, m := range mdFile.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.FromSlash(m[1])); err != nil && !strings.Contains(m[1], "NAME") {
				if _, err := os.Stat(filepath.Join(filepath.Dir(path), m[1])); err != nil && strings.Count(m[1], "/") > 1 {
					t.Errorf("%s names the file %s, which is not there", path, m[1])
				}
			}
		}
	})
	if named == 0 {
		t.Error("no test was found in a document: nothing was checked")
	}
}

// TestReadmeCommands: two commands are all that a newcomer is asked to type.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	readme := text(t, "README.md")
	var blocks []string
	for _, b := range mdFence.FindAllString(readme, -1) {
		if strings.Contains(b, "make ") {
			blocks = append(blocks, b)
		}
	}
	if want := "```\nmake demo\nmake test\n```"; len(blocks) != 1 || blocks[0] != want {
		t.Errorf("the block of commands is %q, want %q alone", blocks, want)
	}
	for _, c := range regexp.MustCompile("`make ([^`]*)`").FindAllStringSubmatch(readme, -1) {
		if c[1] != "demo" && c[1] != "test" {
			t.Errorf("the README also asks for make %s", c[1])
		}
	}
	if !strings.HasPrefix(readme, "![") {
		t.Error("the README does not open with a picture of the product")
	}
}

// TestModulesAreNamed: what is linked into a program stands in SECURITY.
func TestModulesAreNamed(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}{{end}}", "./cmd/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	security := text(t, "SECURITY.md")
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		path, version, _ := strings.Cut(strings.TrimSpace(line), " ")
		if path == "" || path == "waylight" || seen[path] {
			continue
		}
		seen[path] = true
		if !strings.Contains(security, "`"+path+"` "+version+" ") {
			t.Errorf("SECURITY.md does not name %s %s, which is linked into a program: say why, its size and licence", path, version)
		}
	}
	if len(seen) < 5 {
		t.Errorf("only %d modules were found: nothing was checked", len(seen))
	}
}

// TestRoomsAreNamed: every room of the floor plan stands in ARCHITECTURE.
func TestRoomsAreNamed(t *testing.T) {
	t.Parallel()
	architecture := text(t, "ARCHITECTURE.md")
	for room := range plan {
		if room != "." && !strings.Contains(architecture, "`"+room+"`") {
			t.Errorf("ARCHITECTURE.md does not name the room %s", room)
		}
	}
}

// verbLine finds the verbs in the usage of a program.
var verbLine = regexp.MustCompile(`(?m)^  (waylight(?:-front|-desk)? )?([a-z]+(?: scenario)?) `)

// TestVerbsAreNamed: whatever a program can do stands in the operator's guide.
func TestVerbsAreNamed(t *testing.T) {
	t.Parallel()
	var tool, deskUsage, frontUsage bytes.Buffer
	desk.Main(t.Context(), nil, strings.NewReader(""), &deskUsage, &deskUsage)
	front.Main(t.Context(), nil, &frontUsage, &frontUsage)
	cmd := exec.Command("go", "run", "./cmd/waylight")
	cmd.Stdout, cmd.Stderr = &tool, &tool
	if err := cmd.Run(); err == nil {
		t.Error("waylight without a verb ends as if it had done something")
	}
	guide := text(t, filepath.Join("docs", "operator.md"))
	for program, usage := range map[string]string{"waylight": tool.String(), "waylight-desk": deskUsage.String(), "waylight-front": frontUsage.String()} {
		verbs := verbLine.FindAllStringSubmatch(usage, -1)
		if len(verbs) < 2 {
			t.Errorf("the usage of %s was not understood:\n%s", program, usage)
		}
		for _, v := range verbs {
			if name := program + " " + v[2]; !strings.Contains(guide, "`"+name) {
				t.Errorf("docs/operator.md does not name %s", name)
			}
		}
	}
}
