package hatch

import (
	"errors"
	"net/http"
	"strconv"

	"waylight/front/internal/signatures"
	"waylight/internal/bundle"
	"waylight/internal/fault"
	"waylight/internal/hatchway"
)

// petitions are the verbs about petitions; a Front without any has none.
func (h *Hatch) petitions() map[string]verb {
	if h.signed == nil {
		return nil
	}
	return map[string]verb{
		"POST " + hatchway.PathPetitions: h.statements, "POST " + hatchway.PathSigned: h.signatures, "POST " + hatchway.PathSignedDone: h.signaturesHeld,
		"POST " + hatchway.PathCodes: h.codes, "POST " + hatchway.PathCounts: h.counts,
	}
}

func (h *Hatch) statements(r *http.Request, org Organisation, body []byte) (any, error) {
	p, err := read[hatchway.Petitions](body)
	if err != nil {
		return nil, err
	}
	return done, h.signed.Post(detached(r), org.Key, p.Notes)
}

func (h *Hatch) signatures(r *http.Request, org Organisation, body []byte) (any, error) {
	in, err := read[hatchway.Signed](body)
	if err != nil {
		return nil, err
	}
	after := signatures.Number(-1)
	if in.After != "" {
		var ok bool
		if after, ok = signatures.ParseHeld(in.After); !ok {
			return nil, badRequest("A number has 16 hexadecimal digits.")
		}
	}
	if in.Max < 1 || in.Max > hatchway.MaxPull {
		return nil, badRequest("max is 1 to " + strconv.Itoa(hatchway.MaxPull) + ".")
	}
	owner := bundle.ID(org.Key)
	all, more, err := h.signed.Pull(r.Context(), owner, after, in.Max)
	if err != nil {
		return nil, err
	}
	out := hatchway.SignedPage{Signatures: make([]hatchway.Signature, len(all)), More: more}
	for i, s := range all {
		out.Signatures[i] = hatchway.Signature{Number: s.Number.String(), Petition: s.Petition, Day: s.Day, Sealed: s.Sealed}
	}
	if in.After != "" {
		return out, nil
	}
	presses, err := h.signed.Presses(r.Context(), owner, 2000)
	for _, p := range presses {
		out.Presses = append(out.Presses, hatchway.Press{Hash: p.Hash[:], What: string(p.What), Petition: p.Petition})
	}
	return out, err
}

func (h *Hatch) signaturesHeld(r *http.Request, org Organisation, body []byte) (any, error) {
	in, err := read[hatchway.SignedConfirm](body)
	if err != nil {
		return nil, err
	}
	var numbers []signatures.Number
	for _, text := range in.Numbers {
		n, ok := signatures.ParseHeld(text)
		if !ok {
			return nil, badRequest("A number has 16 hexadecimal digits.")
		}
		numbers = append(numbers, n)
	}
	var presses []signatures.Press
	for _, p := range in.Presses {
		hash, err := hashOf(p.Hash)
		if err != nil {
			return nil, err
		}
		presses = append(presses, signatures.Press{Hash: hash, What: signatures.What(p.What), Petition: p.Petition})
	}
	return done, h.signed.Forget(detached(r), bundle.ID(org.Key), numbers, presses)
}

func hashOf(b []byte) ([32]byte, error) {
	if len(b) != 32 {
		return [32]byte{}, badRequest("A hash has 32 bytes.")
	}
	return [32]byte(b), nil
}

func (h *Hatch) codes(r *http.Request, org Organisation, body []byte) (any, error) {
	in, err := read[hatchway.Codes](body)
	if err != nil {
		return nil, err
	}
	var codes []signatures.Registered
	for _, c := range in.Codes {
		hash, err := hashOf(c.Hash)
		if err != nil {
			return nil, err
		}
		leaving, err := hashOf(c.Leaving)
		if err != nil {
			return nil, err
		}
		codes = append(codes, signatures.Registered{Hash: hash, Leaving: leaving, Petition: c.Petition, Country: c.Country, Confirmed: c.Confirmed, Until: c.Until})
	}
	var withdrawn [][32]byte
	for _, w := range in.Withdrawn {
		hash, err := hashOf(w)
		if err != nil {
			return nil, err
		}
		withdrawn = append(withdrawn, hash)
	}
	return done, h.signed.Register(detached(r), bundle.ID(org.Key), codes, withdrawn)
}

func (h *Hatch) counts(r *http.Request, org Organisation, body []byte) (any, error) {
	in, err := read[hatchway.CountsOf](body)
	if err != nil {
		return nil, err
	}
	if p, ok := h.signed.ByID(in.Petition); !ok || p.Organisation != bundle.ID(org.Key) {
		return nil, fault.Missing()
	}
	counts, err := h.signed.Counts(r.Context(), in.Petition)
	return hatchway.Counts{Counts: counts}, err
}

// ofPetition gives the refusals of the store of petitions their codes.
func ofPetition(err error) (hatchway.Code, bool) {
	switch {
	case errors.Is(err, signatures.ErrSignature):
		return hatchway.BadSignature, true
	case errors.Is(err, signatures.ErrRollback):
		return hatchway.Rollback, true
	case errors.Is(err, signatures.ErrContent):
		return hatchway.BadRequest, true
	}
	return "", false
}
