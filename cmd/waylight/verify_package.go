package main

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"waylight/internal/exhibit"
)

// verifyPackage checks an evidence package to its last byte. It opens the one
// file, the roots when they are given, and nothing else: no Desk, no network.
func verifyPackage(t terminal, args []string) error {
	set := flag.NewFlagSet("waylight verify package", flag.ContinueOnError)
	set.SetOutput(t.err)
	org := set.String("org", "", "fingerprint of the organisation that should have signed (from its letter or the phone)")
	roots := set.String("roots", "", "PEM file with the root certificates of time stamping authorities that you trust")
	asJSON := set.Bool("json", false, "write the report as JSON")
	name := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	if err := set.Parse(args); err != nil {
		return err
	}
	if name == "" && set.NArg() == 1 {
		name = set.Arg(0)
	} else if set.NArg() > 0 {
		return &usage{"one package at a time: verify package FILE"}
	}
	if name == "" {
		return &usage{"say which file: verify package FILE"}
	}
	o := exhibit.Options{Organisation: *org}
	if *roots != "" {
		text, err := os.ReadFile(*roots)
		if err != nil {
			return err
		}
		o.Roots = x509.NewCertPool()
		if !o.Roots.AppendCertsFromPEM(text) {
			return &hint{fmt.Errorf("%s holds no certificate", *roots), "give a file in PEM form"}
		}
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := exhibit.Verify(bufio.NewReaderSize(f, 1<<20), o)
	if err != nil {
		return err
	}
	if err := showPackage(t, r, *asJSON, *org != ""); err != nil {
		return err
	}
	if !r.Whole() {
		return &hint{errors.New("this package is not as it was signed"), "ask who gave it to you for another copy; keep this one as it is"}
	}
	return nil
}

func showPackage(t terminal, r *exhibit.Report, asJSON, compared bool) error {
	if asJSON {
		return json.NewEncoder(t.out).Encode(r)
	}
	name := r.Name["en"]
	if name == "" {
		name = r.Name["ru"]
	}
	fmt.Fprintf(t.out, "organisation   %s\nsigned by      %s\nmade           %s\nfiles          %d, %d bytes\ncustody        %d events\n", visible(name), r.Fingerprint, r.Made.Format(time.RFC3339), r.Files, r.Bytes, r.Events)
	if r.Opinions+r.Left > 0 {
		fmt.Fprintf(t.out, "opinions       %d signed by experts, %d left out\n", r.Opinions, r.Left)
	}
	for _, s := range r.Stamps {
		whose := "root from the package itself"
		if s.Given {
			whose = "root that you gave"
		}
		fmt.Fprintf(t.out, "time stamp     %s for %d files, by %s (%s)\n               root %s\n               SHA-256 %s\n", s.Time.Format(time.RFC3339), s.Files, visible(s.Authority), whose, visible(s.Root), s.RootPrint)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(t.out, "note           %s\n", visible(n))
	}
	for _, f := range r.Findings {
		fmt.Fprintf(t.out, "WRONG          %s: %s\n", visible(f.Where), visible(f.What))
	}
	if r.Whole() {
		fmt.Fprintln(t.out, "every byte is as it was signed")
		if !compared {
			fmt.Fprintln(t.out, "whose key that is, compare with what the organisation tells you, or give it with --org")
		}
	}
	return nil
}
