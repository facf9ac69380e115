package bench

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"filippo.io/age"

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
