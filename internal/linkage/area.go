package linkage

import "math/bits"

// area is an official area code as it is compared: province, regency, district
// and village in 7, 7, 7 and 14 bits, and behind them how many digits were
// given. Places that were not given are noughts.
type area uint64

const (
	areaDigits   = 10
	villageBits  = 14 // of four digits
	nestedBits   = 7  // of two
	lengthBits   = 4
	districtFrom = lengthBits + villageBits
	regencyFrom  = districtFrom + nestedBits
	provinceFrom = regencyFrom + nestedBits
)

// areaOf packs an area code; codes of other forms are not compared.
func areaOf(code string) area {
	if len(code) > areaDigits {
		return 0
	}
	v := uint64(0)
	for i := range areaDigits {
		v *= 10
		if i < len(code) {
			if code[i] < '0' || code[i] > '9' {
				return 0
			}
			v += uint64(code[i] - '0')
		}
	}
	return area(v/1e8<<provinceFrom | v/1e6%100<<regencyFrom | v/1e4%100<<districtFrom | v%1e4<<lengthBits | uint64(len(code)))
}

// digits returns how many digits were given.
func (a area) digits() int { return int(a & (1<<lengthBits - 1)) }

// code returns the code as it was given, as a number.
func (a area) code() uint64 {
	nested := func(from int) uint64 { return uint64(a>>from) & (1<<nestedBits - 1) }
	v := ((nested(provinceFrom)*100+nested(regencyFrom))*100+nested(districtFrom))*1e4 + uint64(a>>lengthBits)&(1<<villageBits-1)
	return v / tens[areaDigits-a.digits()]
}

// finest is the level at which codes of so many digits agree at best.
var finest = [1 << lengthBits]Level{unknown, unknown, AreaProvince, AreaProvince, AreaRegency, AreaRegency,
	AreaDistrict, AreaDistrict, AreaDistrict, AreaDistrict, AreaVillage}

// sharedArea is the level at which two codes agree of which so many bits behind
// the first that differs remain.
var sharedArea = func() (all [65]Level) {
	for n := range all {
		switch {
		case n <= lengthBits:
			all[n] = AreaVillage
		case n <= districtFrom:
			all[n] = AreaDistrict
		case n <= regencyFrom:
			all[n] = AreaRegency
		case n <= provinceFrom:
			all[n] = AreaProvince
		default:
			all[n] = AreaDifferent
		}
	}
	return all
}()

// compareAreas returns the level at which two area codes agree, down to the
// finest that both give.
func compareAreas(a, b area) Level {
	return max(sharedArea[bits.Len64(uint64(a^b))], finest[min(a.digits(), b.digits())])
}
