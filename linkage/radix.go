package linkage

// radix sorts numbers by their bits from "from" up, and keeps the order of equals.
func radix(rows []uint64, from int) []uint64 { return radixInto(rows, make([]uint64, len(rows)), from) }

// radixInto is radix with room for another copy. The answer lies in one of the two.
func radixInto(rows, other []uint64, from int) []uint64 {
	for shift := from; shift < 64; shift += 11 {
		var count [2049]int
		for _, x := range rows {
			count[x>>shift&2047+1]++
		}
		for i := 1; i < len(count); i++ {
			count[i] += count[i-1]
		}
		for _, x := range rows {
			d := x >> shift & 2047
			other[count[d]] = x
			count[d]++
		}
		rows, other = other, rows
	}
	return rows
}

// radixBy sorts records by a key of so many bits, equals by record. It needs
// room for another copy.
func radixBy(recs, other []uint32, key []uint64, bits int) {
	from, to := recs, other
	for shift := 0; shift < bits; shift += 10 {
		var count [1025]int
		for _, r := range from {
			count[key[r]>>shift&1023+1]++
		}
		for i := 1; i < len(count); i++ {
			count[i] += count[i-1]
		}
		for _, r := range from {
			d := key[r] >> shift & 1023
			to[count[d]] = r
			count[d]++
		}
		from, to = to, from
	}
	if len(recs) > 0 && &from[0] != &recs[0] {
		copy(recs, from)
	}
}
