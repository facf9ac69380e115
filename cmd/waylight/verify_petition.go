package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"waylight/internal/bundle"
	"waylight/internal/clock"
	"waylight/internal/country"
	"waylight/internal/petition"
)

// verifyPetition checks the package with which a petition is handed over: whose it
// is, how many signed, from where, and single lines of it. It opens the files that
// it is given and nothing else: no Desk, no network.
func verifyPetition(t terminal, args []string) error {
	set := flag.NewFlagSet("waylight verify petition", flag.ContinueOnError)
	set.SetOutput(t.err)
	org := set.String("org", "", "fingerprint of the organisation that should have signed (from its page or the phone)")
	codeFile := set.String("code-file", "", "a supporter looks for the own line: file with the code from the message; - reads it from the keyboard")
	country := set.String("country", "", "with --code-file: the country that was given, such as DE")
	name := set.String("name", "", "with --code-file: the name that was given, if it may be shown")
	sample := set.Int("sample", 0, "which lines to ask the organisation to open: so many, chosen by --words")
	words := set.String("words", "", "with --sample: words that you choose now and that the organisation could not know")
	openings := set.String("openings", "", "file with the lines that the organisation opened, or that was sealed to you")
	asJSON := set.Bool("json", false, "print data instead of words")
	file := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		file, args = args[0], args[1:]
	}
	if err := set.Parse(args); err != nil {
		return err
	}
	if file == "" && set.NArg() == 1 {
		file = set.Arg(0)
	} else if set.NArg() > 0 || file == "" {
		return &usage{"say which file: verify petition FILE"}
	}
	d, err := readDelivery(file)
	if err != nil {
		return &hint{err, "ask who gave it to you for another copy; keep this one as it is"}
	}
	if *org != "" && !bundle.Matches(d.Key, *org) {
		return &hint{errors.New("another organisation signed it: " + bundle.Fingerprint(d.Key)), "compare the fingerprint with what the organisation itself tells you"}
	}
	if *asJSON {
		return json.NewEncoder(t.out).Encode(d.Head)
	}
	showDelivery(t, d, *org != "")
	switch {
	case *codeFile != "":
		return ownLine(t, d, *codeFile, *country, *name)
	case *openings != "":
		return openedLines(t, d, *openings)
	case *sample > 0:
		if *words == "" {
			return &usage{"choose words for the sample: --words"}
		}
		fmt.Fprintf(t.out, "ask for lines  %s\n", strings.Trim(fmt.Sprint(d.Sample(*words, *sample)), "[]"))
	}
	return nil
}

func readDelivery(file string) (petition.Delivery, error) {
	f, err := os.Open(file)
	if err != nil {
		return petition.Delivery{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return petition.Delivery{}, err
	}
	return petition.ReadDelivery(f, info.Size())
}

func showDelivery(t terminal, d petition.Delivery, compared bool) {
	name := d.Name["en"]
	if name == "" {
		name = d.Name["ru"]
	}
	title, _, _ := strings.Cut(d.Words, "\n")
	fmt.Fprintf(t.out, "petition       %s\norganisation   %s\nsigned by      %s\nas of          %s\nsignatures     %d\n", visible(title), visible(name), bundle.Fingerprint(d.Key), visible(string(d.Day)), d.Count)
	for _, c := range d.Countries {
		code := c.Country
		if code == "" {
			code = "others"
		}
		fmt.Fprintf(t.out, "               %6d  %s\n", c.Number, code)
	}
	if d.Sealed != nil {
		fmt.Fprintln(t.out, "names          of those who agreed, locked for the recipient: signatures.age")
	}
	fmt.Fprintf(t.out, "how            %s\nthe count is that of the lines, and every line is as it was signed\n", visible(d.Method))
	if !compared {
		fmt.Fprintln(t.out, "whose key that is, compare with what the organisation tells you, or give it with --org")
	}
}

// ownLine looks for a supporter's line. The day on which the signature came is
// tried backwards: few remember it.
func ownLine(t terminal, d petition.Delivery, codeFile, from, name string) error {
	typed, err := codeText(t, codeFile)
	if err != nil {
		return err
	}
	code, ok := petition.ParseCode(typed)
	if !ok {
		return &hint{errors.New("this is not a code of such a message"), "it has 20 letters and digits"}
	}
	if !country.Is(from) {
		return &usage{"say the country that was given: --country DE"}
	}
	last, err := time.Parse(time.DateOnly, string(d.Day))
	if err != nil {
		return err
	}
	for back := range 3 * 366 {
		for _, n := range []string{"", name} {
			l := petition.Line{Country: from, Name: n}
			l.Day = clock.DayOf(last.AddDate(0, 0, -back))
			found, err := d.Holds(code.Open(l))
			if err != nil {
				return err
			}
			if found {
				shown := "without your name"
				if n != "" {
					shown = "with your name"
				}
				fmt.Fprintf(t.out, "your line      is there: %s, of %s, %s\n", from, l.Day, shown)
				return nil
			}
		}
	}
	return &hint{errors.New("your line is not there"), "it is not, when you confirmed after that day or erased your signature; otherwise ask the organisation, and try with --name if your name may be shown"}
}

// openedLines checks lines that the organisation has opened.
func openedLines(t terminal, d petition.Delivery, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var all struct {
		Openings []petition.Opening `json:"openings"`
		Erased   int                `json:"erased"`
	}
	if json.Unmarshal(text, &all) != nil && json.Unmarshal(text, &all.Openings) != nil {
		return &hint{fmt.Errorf("%s is not a list of opened lines", file), "give the file as the organisation made it"}
	}
	wrong := 0
	for _, o := range all.Openings {
		found, err := d.Holds(o)
		if err != nil || !found {
			wrong++
			continue
		}
		fmt.Fprintf(t.out, "line           %s  %s  %s\n", o.Day, o.Country, visible(o.Name))
	}
	fmt.Fprintf(t.out, "opened         %d lines are in the package, %d are not, %d were erased since\n", len(all.Openings)-wrong, wrong, all.Erased)
	if wrong > 0 {
		return &hint{errors.New("lines were opened that are not in this package"), "ask the organisation; compare the package's SHA-256"}
	}
	return nil
}

// codeText reads a code; never from the command line, which others can see.
func codeText(t terminal, name string) (string, error) {
	text, err := readFile(t, name, 4096)
	return strings.TrimSpace(string(text)), err
}
