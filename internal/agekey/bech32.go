package agekey

import "strings"

// identityString writes a 32-byte seed as age writes a hybrid identity
// (AGE-SECRET-KEY-PQ-1…): Bech32 of BIP 173, in capitals. age reads this form
// but does not export its writer.
func identityString(seed []byte) string {
	const charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	const hrp = "age-secret-key-pq-"
	data := fiveBits(seed)
	var b strings.Builder
	b.WriteString(hrp + "1")
	for _, v := range append(data, checksum(hrp, data)...) {
		b.WriteByte(charset[v])
	}
	return strings.ToUpper(b.String())
}

// fiveBits regroups bytes into five-bit values, the last filled with zeros.
func fiveBits(in []byte) []byte {
	var out []byte
	acc, bits := uint32(0), 0
	for _, b := range in {
		acc = acc<<8 | uint32(b)
		for bits += 8; bits >= 5; {
			bits -= 5
			out = append(out, byte(acc>>bits)&31)
		}
	}
	if bits > 0 {
		out = append(out, byte(acc<<(5-bits))&31)
	}
	return out
}

func checksum(hrp string, data []byte) []byte {
	var values []byte
	for i := range len(hrp) {
		values = append(values, hrp[i]>>5)
	}
	values = append(values, 0)
	for i := range len(hrp) {
		values = append(values, hrp[i]&31)
	}
	values = append(append(values, data...), 0, 0, 0, 0, 0, 0)
	mod := polymod(values) ^ 1
	out := make([]byte, 6)
	for i := range out {
		out[i] = byte(mod>>(5*(5-i))) & 31
	}
	return out
}

func polymod(values []byte) uint32 {
	generator := [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3}
	chk := uint32(1)
	for _, v := range values {
		top := chk >> 25
		chk = (chk&0x1ffffff)<<5 ^ uint32(v)
		for i, g := range generator {
			if top>>i&1 == 1 {
				chk ^= g
			}
		}
	}
	return chk
}
