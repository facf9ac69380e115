package front

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"waylight/internal/serve"
)

const usage = `waylight-front: the public server. It keeps sealed letters until the Desk collects them.

  waylight-front init --dir DIR [--listen ADDRESS] [--organisation NAME --organisation-key KEY --hatch-key KEY]
        make the folder DIR with a commented configuration, front.conf
  waylight-front run --config FILE [--onion]
        serve until interrupted; prints the addresses when ready. With --onion (or onion = yes
        in FILE) also as an onion service, through this machine's tor
`

// Main is the program: it runs a verb until ctx ends and returns the exit status.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	verbs := map[string]func(context.Context, []string, io.Writer, io.Writer) error{"init": initVerb, "run": runVerb}
	if len(args) == 0 || verbs[args[0]] == nil {
		fmt.Fprint(stderr, usage)
		return 2
	}
	err := verbs[args[0]](ctx, args[1:], stdout, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 2 // the flags were shown
	}
	if err != nil {
		fmt.Fprintf(stderr, "waylight-front %s: %v\n", args[0], err)
		return 1
	}
	return 0
}

func flags(name string, stderr io.Writer) *flag.FlagSet {
	set := flag.NewFlagSet("waylight-front "+name, flag.ContinueOnError)
	set.SetOutput(stderr)
	return set
}

func initVerb(_ context.Context, args []string, stdout, stderr io.Writer) error {
	set := flags("init", stderr)
	dir := set.String("dir", "", "folder to make")
	address := set.String("listen", "127.0.0.1:8080", "where visitors are served")
	name := set.String("organisation", "", "name of the organisation, a word for you")
	key := set.String("organisation-key", "", "its public key")
	hatchKey := set.String("hatch-key", "", "its Desk's public key for the hatch")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *dir == "" {
		return fmt.Errorf("say where: --dir DIR")
	}
	folder, err := filepath.Abs(*dir)
	if err != nil {
		return err
	}
	c := Config{Listen: *address, Folder: filepath.Join(folder, "data")}
	if *name != "" {
		o := Organisation{Name: *name, Channels: []Channel{{"help", "help"}, {"information", "information"}}}
		if o.Key, err = publicKey(*key); err != nil {
			return fmt.Errorf("--organisation-key %w", err)
		}
		if o.Hatch, err = publicKey(*hatchKey); err != nil {
			return fmt.Errorf("--hatch-key %w", err)
		}
		c.Organisations = []Organisation{o}
	}
	path := filepath.Join(folder, "front.conf")
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("%s is there already; nothing was changed", path)
	}
	if err := Init(c.Folder); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if err := c.Write(file); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "made %s\nnow: waylight-front run --config %s\n", path, path)
	return nil
}

func runVerb(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	set := flags("run", stderr)
	path := set.String("config", "", "configuration file")
	byOnion := set.Bool("onion", false, "publish an onion service, as onion = yes does")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *path == "" {
		return fmt.Errorf("say which configuration: --config FILE")
	}
	file, err := os.Open(*path)
	if err != nil {
		return err
	}
	config, err := ReadConfig(file)
	file.Close()
	if err != nil {
		return fmt.Errorf("%s: %w", *path, err)
	}
	config.Onion = config.Onion || *byOnion
	log := slog.New(slog.NewTextHandler(stderr, nil))
	serve.Harden(log)
	f, err := New(ctx, config, nil, log)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "front: %s://%s\n", f.Scheme(), f.Addr())
	if hatch := f.HatchAddr(); hatch != "" {
		scheme := "http"
		if hatch == f.Addr() {
			scheme = f.Scheme()
		}
		fmt.Fprintf(stdout, "hatch: %s://%s\n", scheme, hatch)
	}
	if public, hatch := f.Onions(); public != "" {
		fmt.Fprintf(stdout, "onion: http://%s\n", public)
		if hatch != "" {
			fmt.Fprintf(stdout, "hatch by onion: http://%s\n", hatch)
		}
	}
	if len(config.Organisations) == 0 {
		log.Warn("the configuration names no organisation yet: nobody can write")
	}
	err = f.Run(ctx)
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}
