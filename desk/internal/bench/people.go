package bench

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"filippo.io/age"

	"waylight/desk/internal/proposer"
	"waylight/desk/internal/staff"
	"waylight/internal/agekey"
	"waylight/internal/ids"
)

var given = []string{"Магомед", "Ruslan", "Дмитрий", "Amina", "Ибрагим", "Yusuf", "Елена", "Zarema", "Александр", "Khava", "Сулейман", "Timur"}

var family = []string{"Выдуманный", "Exampleov", "Образцов", "Invented", "Примеров", "Nobody", "Условный", "Sampleyev"}

// keys are a synthetic member's keys.
type keys struct{ id *age.HybridIdentity }

func (k keys) Unwrap(sealed []byte) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), k.id)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// hire makes an invented caseworker with real keys.
func hire(i int) (staff.Actor, error) {
	seed := make([]byte, 32)
	rand.Read(seed)
	id, err := agekey.Identity(seed)
	if err != nil {
		return staff.Actor{}, err
	}
	m := staff.Member{ID: ids.New("member"), Name: fmt.Sprintf("Caseworker %d (invented)", i), Roles: staff.Roles{staff.Caseworker}, Recipient: id.Recipient().String(), Active: true}
	return staff.Actor{Member: m, Session: ids.New("session"), Keys: keys{id}}, nil
}

// size is how much a folder holds.
func size(dir string) (n int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		i, err := d.Info()
		if err == nil {
			n += i.Size()
		}
		return err
	})
	return n, err
}

// hard is a question for the proposer of the size that is meant to be answered whole.
func hard() proposer.Question {
	q := proposer.Question{Start: &proposer.Point{Lat: 42, Lon: 13}, Stops: 3, Country: "XB", Nights: 2, Reach: 900, Best: 5}
	for i := range 12 {
		p := proposer.Person{ID: fmt.Sprint("p", i), Group: fmt.Sprint("g", i/3), Papers: []string{"passport"}}
		if i%3 == 2 {
			p.Needs = []string{"minor"}
		}
		q.People = append(q.People, p)
	}
	q.People[0].Avoid = []string{"p6"}
	for i := range 200 {
		p := proposer.Place{ID: fmt.Sprintf("l%03d", i), Usable: i%17 != 0, Free: 2 + i*7%5, Country: "XA", At: &proposer.Point{Lat: 42 + float64(i*37%100)/20, Lon: 13 + float64(i*53%100)/10}, Night: i * 311 % 3000, Known: 1 + i*13%7}
		if i%3 > 0 {
			p.Offers = []string{"minor"}
		}
		if i%2 > 0 {
			p.Country, p.Asks = "XB", []string{"passport"}
		}
		q.Places = append(q.Places, p)
	}
	return q
}
