package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"waylight/internal/lookout"
)

// verify looks at a Front as a stranger and compares it with what was signed.
func verify(ctx context.Context, t terminal, args []string) error {
	if len(args) > 0 && args[0] == "package" {
		return verifyPackage(t, args[1:])
	}
	if len(args) > 0 && args[0] == "petition" {
		return verifyPetition(t, args[1:])
	}
	if len(args) > 0 && args[0] == "report" {
		return verifyReport(ctx, t, args[1:])
	}
	var o options
	var script, known string
	if len(args) > 1 && args[0] == "front" && !strings.HasPrefix(args[1], "-") { // waylight verify front URL
		args = append([]string{"--front", args[1]}, args[2:]...)
	}
	err := o.parse("verify", t, args, func(fs *flag.FlagSet) {
		fs.StringVar(&o.org, "org", "", "fingerprint of the organisation (from a poster or the phone)")
		fs.StringVar(&script, "script", "", "folder with the pages' scripts as built from the repository (front/internal/letterbox/static), or one of them")
		fs.StringVar(&known, "known", "", "file that remembers what was seen, so that an old state is noticed; made at the first look")
	})
	if err != nil {
		return err
	}
	e := lookout.Expected{Organisation: o.org, Released: lookout.Released(), Today: today(), Headers: o.open().Headers, HTTPS: strings.HasPrefix(o.front, "https://")}
	if script != "" {
		if e.Scripts, err = readScripts(script); err != nil {
			return err
		}
	}
	if known != "" {
		text, err := os.ReadFile(known)
		if err == nil {
			err = json.Unmarshal(text, &e.Seen)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &hint{fmt.Errorf("%s: %w", known, err), "name another file with --known"}
		}
	}
	sight, err := lookout.Look(ctx, o.open().Get, e)
	if err != nil {
		return explain(err)
	}
	if err := o.showSight(t, sight); err != nil {
		return err
	}
	if len(sight.Findings) > 0 {
		return &hint{errors.New("this Front is not as it should be"), "do not send over it, and tell the organisation by another way"}
	}
	if known == "" {
		return nil
	}
	text, err := json.MarshalIndent(sight.Seen, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(known, append(text, '\n'), 0o600)
}

// readScripts reads the scripts of a folder, or one of them.
func readScripts(name string) (map[string][]byte, error) {
	files := []string{name}
	if info, err := os.Stat(name); err != nil {
		return nil, err
	} else if info.IsDir() {
		if files, err = filepath.Glob(filepath.Join(name, "*.js")); err != nil || len(files) == 0 {
			return nil, &hint{fmt.Errorf("%s: no script is in it", name), "name front/internal/letterbox/static of the repository"}
		}
	}
	scripts := map[string][]byte{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		scripts[filepath.Base(f)] = text
	}
	return scripts, nil
}

func (o *options) showSight(t terminal, s *lookout.Sight) error {
	if o.json {
		return json.NewEncoder(t.out).Encode(s)
	}
	for _, f := range s.Organisations {
		fmt.Fprintf(t.out, "organisation  %s\n", f)
	}
	fmt.Fprintf(t.out, "channels      %d\npages         %d\npetitions     %d\n", s.Channels, s.Pages, s.Petitions)
	for _, name := range slices.Sorted(maps.Keys(s.Scripts)) {
		fmt.Fprintf(t.out, "script        %s  %s\n", s.Scripts[name], name)
	}
	for _, f := range s.Findings {
		fmt.Fprintf(t.out, "WRONG         %s: %s\n", f.Where, f.What)
	}
	if len(s.Findings) == 0 {
		fmt.Fprintln(t.out, "all that was checked is as it was signed")
	}
	return nil
}
