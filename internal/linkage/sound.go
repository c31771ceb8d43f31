package linkage

// sound returns how a renewed word sounds to an Indonesian ear, as far as
// clerks confuse letters: h silent, f v p alike, z s sy alike, e i ai and
// o u au alike, a final d or b hardened. Words that differ in a or in other
// consonants stay apart: Dina is not Dini.
func sound(w string) string {
	out := make([]byte, 0, len(w))
	add := func(b byte) {
		if n := len(out); n == 0 || out[n-1] != b {
			out = append(out, b)
		}
	}
	for i := 0; i < len(w); i++ {
		last := i == len(w)-1
		next := byte(0)
		if !last {
			next = w[i+1]
		}
		switch b := w[i]; {
		case b == 'h':
		case b == 'k' && next == 'h': // Khoirul, Hoirul
		case b == 's' && next == 'y': // Syarif, Sarif
			add('s')
			i++
		case b == 't' && next == 's': // Tsani, Sani
		case b == 'z':
			add('s')
		case b == 'f' || b == 'v':
			add('p')
		case b == 'd' && last:
			add('t')
		case b == 'b' && last:
			add('p')
		case b == 'a' && (next == 'i' || next == 'e' || next == 'y' && (i+2 == len(w) || !vowel(w[i+2]))): // Maimunah, Maemunah, Memunah
			add('i')
			i++
		case b == 'a' && (next == 'u' || next == 'o'): // Fauzi, Fozi
			add('u')
			i++
		case b == 'x':
			add('k')
			add('s')
		case b == 'e':
			add('i')
		case b == 'o':
			add('u')
		case b == 'w' && i > 0 && (w[i-1] == 'u' || w[i-1] == 'o') && vowel(next): // Suwarni, Suarni
		case b == 'y' && i > 0: // Surya, Suria
			add('i')
		default:
			add(b)
		}
	}
	if len(out) == 0 {
		return w
	}
	return string(out)
}

// skeleton returns the consonants of a sound, for blocking: vowels are what
// people mishear and mistype most. A vowel in front is kept as a mark, and y
// stands as j, its letter of old (Jusuf, Yusuf).
func skeleton(sound string) string {
	out := make([]byte, 0, len(sound))
	for i := 0; i < len(sound); i++ {
		b := sound[i]
		switch {
		case b == 'y' && i == 0:
			b = 'j'
		case vowel(b) || b == 'y':
			if i > 0 {
				continue
			}
			b = 'a'
		}
		if n := len(out); n == 0 || out[n-1] != b {
			out = append(out, b)
		}
	}
	return string(out)
}
