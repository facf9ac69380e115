package sqldb

import (
	"sync"

	"golang.org/x/sys/cpu"
)

// calm has Adiantum reckon its sums with the older of its two routines. The newer one
// (AVX2) leaves the upper halves of the processor's registers in use, after which every
// older instruction on that thread waits for them: SHA-256 took thirty times as long
// after a page had been read as before. The flag is asked at each sum by that routine
// alone; the cipher's stream, which clears them behind itself, chose when the program began.
var calm = sync.OnceFunc(func() { cpu.X86.HasAVX2 = false })
