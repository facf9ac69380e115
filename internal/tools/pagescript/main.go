// Command pagescript builds the page's script from the repository's own sources:
//
//	go run ./internal/tools/pagescript
//
// With -vendor DIR (a node_modules folder of the versions in third_party/js/VERSIONS)
// it first copies the files that the script needs, and their licences, into third_party/js.
package main

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"go/format"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"waylight/internal/pagescript"
)

func main() {
	vendor := flag.String("vendor", "", "node_modules folder to copy the needed files from")
	flag.Parse()
	if err := run(*vendor); err != nil {
		fmt.Fprintln(os.Stderr, "pagescript:", err)
		os.Exit(1)
	}
}

func run(vendor string) error {
	if vendor != "" {
		if err := copyUsed(vendor); err != nil {
			return err
		}
	}
	script, papers, used, err := pagescript.Both(".", pagescript.Vendor)
	if err != nil {
		return err
	}
	sign, err := pagescript.Signing(".", pagescript.Vendor)
	if err != nil {
		return err
	}
	err = errors.Join(write(pagescript.Sign, sign), write(pagescript.Sign+".br", pagescript.Pack(sign)), write(pagescript.Built, script), write(pagescript.Papers, papers),
		write(pagescript.Built+".br", pagescript.Pack(script)), write(pagescript.Papers+".br", pagescript.Pack(papers)))
	if err != nil {
		return err
	}
	sums, err := releasedOf(map[string][]byte{pagescript.Built: script, pagescript.Papers: papers, pagescript.Sign: sign})
	if err != nil {
		return err
	}
	if err := write(released, sums); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes from %d vendored files; %s: %d bytes\n", pagescript.Built, len(script), len(used), pagescript.Papers, len(papers))
	return nil
}

// released is where the programs that look at a Front learn what its scripts are.
const released = "internal/lookout/released.go"

func releasedOf(scripts map[string][]byte) ([]byte, error) {
	var b strings.Builder
	b.WriteString("package lookout\n\n// Released gives the SHA-256, in hex, of the scripts that belong to this program's\n// version, by name. It is written by internal/tools/pagescript.\nfunc Released() map[string]string {\n\treturn map[string]string{\n")
	for _, name := range slices.Sorted(maps.Keys(scripts)) {
		fmt.Fprintf(&b, "\t\t%q: \"%x\",\n", filepath.Base(name), sha256.Sum256(scripts[name]))
	}
	b.WriteString("\t}\n}\n")
	return format.Source([]byte(b.String()))
}

// copyUsed copies what the script uses from a node_modules folder.
func copyUsed(from string) error {
	_, _, used, err := pagescript.Both(".", from)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(pagescript.Vendor); err != nil {
		return err
	}
	versions := map[string]bool{}
	for _, file := range used {
		for _, f := range []string{file, packageOf(file) + "/LICENSE", packageOf(file) + "/package.json"} {
			text, err := os.ReadFile(filepath.Join(from, filepath.FromSlash(f)))
			if err != nil {
				return err
			}
			if err := write(filepath.Join(pagescript.Vendor, f), text); err != nil {
				return err
			}
		}
		versions[packageOf(file)] = true
	}
	fmt.Printf("%s: %d files of %d packages\n", pagescript.Vendor, len(used), len(versions))
	return nil
}

func packageOf(file string) string {
	parts := strings.SplitN(file, "/", 3)
	if strings.HasPrefix(file, "@") {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

func write(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o644)
}
