package front_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"waylight/front"
)

func TestConfigComesBack(t *testing.T) {
	t.Parallel()
	c := config(newDesk(t), "/var/lib/waylight-front")
	c.Title, c.Exit, c.HTTPS, c.Reserve, c.MaxForm, c.HatchListen = "Kontakt", "https://weather.example/", true, 256<<20, 256<<20, "unix:/run/hatch"
	c.Onion, c.TorControl, c.OnionSockets, c.OnionLocation, c.Organisations[0].Client = true, "127.0.0.1:9051", "/run/waylight-front", "yes", strings.Repeat("A", 52)
	c.Organisations[0].Ways = []string{"one", "two"}
	second := config(newDesk(t), "").Organisations[0]
	second.Name, second.Channels, second.Urgent = "second", []front.Channel{{ID: "second-help", Form: "help"}}, ""
	c.Organisations = append(c.Organisations, second)
	var text bytes.Buffer
	if err := c.Write(&text); err != nil {
		t.Fatal(err)
	}
	got, err := front.ReadConfig(bytes.NewReader(text.Bytes()))
	if err != nil {
		t.Fatalf("%v\n%s", err, text.String())
	}
	if !reflect.DeepEqual(got, c) {
		t.Errorf("got  %+v\nwant %+v", got, c)
	}
}

func TestConfigNamesTheLine(t *testing.T) {
	t.Parallel()
	key := base64.StdEncoding.EncodeToString(make([]byte, 32))
	for text, want := range map[string]string{
		"":                      "needs the settings listen and folder",
		"listen = a\nlisten =b": "line 2: listen stands here for the second time",
		"lisen = a":             `line 1: there is no setting "lisen"`,
		"listen":                "line 1: expected",
		"\n\nfolder =":          "line 3: folder has no value",
		"hatch-key = " + key:    "line 1: hatch-key belongs below",
		"exit = http://x":       "line 1: exit: must be an address that begins with https://",
		"https = true":          "line 1: https: must be yes or no",
		"organisation = a\norganisation-key = AAAA": "line 2: organisation-key: must be a public key",
		"organisation = a\nchannels = sos":          `line 2: channels: "sos" leads from no questionnaire`,
		"listen = a\nfolder = b\norganisation = a":  "organisation a needs",
		"listen = a\nfolder = b\norganisation = a\norganisation-key = " + key + "\nhatch-key = " + key + "\nchannels = help, help": "channel help stands twice",
	} {
		if _, err := front.ReadConfig(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestInitAndRun(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new")
	var out, problems bytes.Buffer
	verb := func(args ...string) int {
		out.Reset()
		problems.Reset()
		return front.Main(context.Background(), args, &out, &problems)
	}
	if verb() != 2 || !strings.Contains(problems.String(), "waylight-front init") {
		t.Errorf("no verb: %s", problems.String())
	}
	if verb("init") != 1 || !strings.Contains(problems.String(), "--dir DIR") {
		t.Errorf("no folder: %s", problems.String())
	}
	if verb("init", "--dir", dir) != 0 {
		t.Fatalf("init: %s", problems.String())
	}
	if verb("init", "--dir", dir) != 1 || !strings.Contains(problems.String(), "nothing was changed") {
		t.Errorf("init again: %s", problems.String())
	}
	file, err := os.Open(filepath.Join(dir, "front.conf"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	c, err := front.ReadConfig(file)
	if err != nil || len(c.Organisations) != 0 || c.Listen == "" {
		t.Errorf("%+v, %v", c, err)
	}
	if info, err := os.Stat(filepath.Join(dir, "data")); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info.Mode(), err)
	}
	if err := os.Remove(filepath.Join(dir, "data", "salt")); err != nil {
		t.Fatal(err)
	}
	if verb("run", "--config", filepath.Join(dir, "front.conf")) != 1 || !strings.Contains(problems.String(), "bring the file back from a copy") {
		t.Errorf("without the salt: %s", problems.String())
	}
}

func TestConfigOfTheOnion(t *testing.T) {
	t.Parallel()
	head := "listen = a\nfolder = b\n"
	client := strings.Repeat("A", 52)
	for text, want := range map[string]string{
		head + "onion = maybe":                                     "line 3: onion: must be yes or no",
		head + "onion-location = https://example.org":              "line 3: onion-location: must be yes, or an address",
		head + "onion-location = http://example.onion":             "line 3: onion-location: this is no onion address",
		head + "hatch-client-auth = " + client:                     "line 3: hatch-client-auth belongs below",
		head + "organisation = a\nhatch-client-auth = descriptor:": "line 4: hatch-client-auth: must be the public key that the Desk shows",
	} {
		if _, err := front.ReadConfig(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
