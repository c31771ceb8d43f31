//go:build amd64 && !purego

#include "textflag.h"

// Each says the same as its portable form, so that comments here tell only how. Bit i of a mask register is row i of a group.

// A number from each of two columns, eight rows a register, two registers a turn.
#define EACH(OP) \
	MOVQ dst+0(FP), DI  \
	MOVQ a+8(FP), SI    \
	MOVQ b+16(FP), DX   \
	MOVQ n+24(FP), CX   \
	XORQ AX, AX         \
turn:                  \
	VMOVDQU64 (SI)(AX*8), Z0   \
	VMOVDQU64 64(SI)(AX*8), Z1 \
	OP (DX)(AX*8), Z0, Z0      \
	OP 64(DX)(AX*8), Z1, Z1    \
	VMOVDQU64 Z0, (DI)(AX*8)   \
	VMOVDQU64 Z1, 64(DI)(AX*8) \
	ADDQ $16, AX \
	CMPQ AX, CX  \
	JLT  turn    \
	VZEROUPPER   \
	RET

// A comparison makes eight bits at a time. IMM is 0 for =, 1 for <, 6 for >.
#define COMPARE(IMM) \
	MOVQ dst+0(FP), DI  \
	MOVQ a+8(FP), SI    \
	MOVQ b+16(FP), DX   \
	MOVQ n+24(FP), CX   \
	XORQ AX, AX         \
turn:                  \
	VMOVDQU64 (SI)(AX*8), Z0 \
	VPCMPQ $IMM, (DX)(AX*8), Z0, K1 \
	KMOVB K1, (DI) \
	INCQ DI        \
	ADDQ $8, AX    \
	CMPQ AX, CX    \
	JLT  turn      \
	VZEROUPPER     \
	RET

#define COMPARETO(IMM) \
	MOVQ dst+0(FP), DI  \
	MOVQ a+8(FP), SI    \
	MOVQ n+24(FP), CX   \
	VPBROADCASTQ c+16(FP), Z1 \
	XORQ AX, AX         \
turn:                  \
	VMOVDQU64 (SI)(AX*8), Z0 \
	VPCMPQ $IMM, Z1, Z0, K1  \
	KMOVB K1, (DI) \
	INCQ DI        \
	ADDQ $8, AX    \
	CMPQ AX, CX    \
	JLT  turn      \
	VZEROUPPER     \
	RET

// One byte of what the table says of 64 codes in Z0, of which K2 has the
// highest bits. A look-up takes seven bits: LOW of it is for codes below 128.
#define LOOKUP(T0, T1, T2, T3, OUT) \
	VMOVDQA64 Z0, OUT       \
	VMOVDQA64 Z0, Z2        \
	VPERMI2B  T1, T0, OUT   \
	VPERMI2B  T3, T2, Z2    \
	VMOVDQU8  Z2, K2, OUT

// Sixteen rows in order: added to, held against the limit, and kept where
// they are known.
#define KEEP(R, AT) \
	VPADDD  (AT*32)(DI), R, R \
	VPCMPUD $1, Z15, R, K1    \
	KMOVW   AT(R8), K2        \
	KANDW   K1, K2, K2        \
	KMOVW   K2, AT(R8)        \
	VPADDD.Z Z14, R, K2, R    \
	VMOVDQU32 R, (AT*32)(DI)

// func addFast(dst, a, b *int64, n int)
TEXT ·addFast(SB), NOSPLIT, $0-32
	EACH(VPADDQ)

// func subFast(dst, a, b *int64, n int)
TEXT ·subFast(SB), NOSPLIT, $0-32
	EACH(VPSUBQ)

// func mulFast(dst, a, b *int64, n int)
TEXT ·mulFast(SB), NOSPLIT, $0-32
	EACH(VPMULLQ)

// func minFast(dst, a, b *int64, n int)
TEXT ·minFast(SB), NOSPLIT, $0-32
	EACH(VPMINSQ)

// func maxFast(dst, a, b *int64, n int)
TEXT ·maxFast(SB), NOSPLIT, $0-32
	EACH(VPMAXSQ)

// func chooseFast(dst, a, b *int64, pick *uint64, n int)
TEXT ·chooseFast(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DX
	MOVQ pick+24(FP), R8
	MOVQ n+32(FP), CX
	XORQ AX, AX
turn:
	KMOVB     (R8), K1
	VMOVDQU64 (DX)(AX*8), Z0
	VMOVDQU64 (SI)(AX*8), K1, Z0
	VMOVDQU64 Z0, (DI)(AX*8)
	INCQ R8
	ADDQ $8, AX
	CMPQ AX, CX
	JLT  turn
	VZEROUPPER
	RET

// func lessFast(dst *uint64, a, b *int64, n int)
TEXT ·lessFast(SB), NOSPLIT, $0-32
	COMPARE(1)

// func equalFast(dst *uint64, a, b *int64, n int)
TEXT ·equalFast(SB), NOSPLIT, $0-32
	COMPARE(0)

// func lessThanFast(dst *uint64, a *int64, c int64, n int)
TEXT ·lessThanFast(SB), NOSPLIT, $0-32
	COMPARETO(1)

// func moreThanFast(dst *uint64, a *int64, c int64, n int)
TEXT ·moreThanFast(SB), NOSPLIT, $0-32
	COMPARETO(6)

// func equalToFast(dst *uint64, a *int64, c int64, n int)
TEXT ·equalToFast(SB), NOSPLIT, $0-32
	COMPARETO(0)

// func atLeastFast(dst *uint64, values *int32, c int32, words int)
TEXT ·atLeastFast(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ values+8(FP), SI
	MOVL c+16(FP), AX
	VPBROADCASTD AX, Z4
	MOVQ words+24(FP), CX
turn:
	VMOVDQU32 (SI), Z0
	VMOVDQU32 64(SI), Z1
	VMOVDQU32 128(SI), Z2
	VMOVDQU32 192(SI), Z3
	VPCMPD $5, Z4, Z0, K1 // 5 is ≥
	VPCMPD $5, Z4, Z1, K2
	VPCMPD $5, Z4, Z2, K3
	VPCMPD $5, Z4, Z3, K4
	KMOVW K1, (DI)
	KMOVW K2, 2(DI)
	KMOVW K3, 4(DI)
	KMOVW K4, 6(DI)
	ADDQ $256, SI
	ADDQ $8, DI
	DECQ CX
	JNZ  turn
	VZEROUPPER
	RET

// func expandFast(dst *int64, planes **uint64, count int, known *uint64, base, step int64, n int)
//
// Eight rows at a time: each plane adds its bit where its byte has a one.
TEXT ·expandFast(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), DI
	MOVQ planes+8(FP), SI
	MOVQ count+16(FP), R9
	MOVQ known+24(FP), R8
	MOVQ n+48(FP), CX
	SHRQ $3, CX
	VPBROADCASTQ base+32(FP), Z3
	VPBROADCASTQ step+40(FP), Z4
	MOVQ $1, AX
	VPBROADCASTQ AX, Z5
	XORQ AX, AX // the byte of the planes
turn:
	VPXORQ    Z0, Z0, Z0
	VMOVDQA64 Z5, Z2
	XORQ BX, BX
	JMP  more
plane:
	MOVQ (SI)(BX*8), R10
	KMOVB (R10)(AX*1), K1
	VPORQ  Z2, Z0, K1, Z0
	VPADDQ Z2, Z2, Z2
	INCQ BX
more:
	CMPQ BX, R9
	JLT  plane
	KMOVB (R8)(AX*1), K2
	VPMULLQ  Z4, Z0, Z0
	VPADDQ.Z Z3, Z0, K2, Z0
	VMOVDQU64 Z0, (DI)
	ADDQ $64, DI
	INCQ AX
	CMPQ AX, CX
	JLT  turn
	VZEROUPPER
	RET

// func addTableFast(sums *int32, planes **uint64, count int, t *Table, words int)
//
// The whole table stays in Z16 to Z31, four registers for each byte.
TEXT ·addTableFast(SB), NOSPLIT, $0-40
	MOVQ sums+0(FP), DI
	MOVQ planes+8(FP), SI
	MOVQ count+16(FP), R9
	MOVQ t+24(FP), DX
	MOVQ words+32(FP), CX
	VMOVDQU64 (DX), Z16
	VMOVDQU64 64(DX), Z17
	VMOVDQU64 128(DX), Z18
	VMOVDQU64 192(DX), Z19
	VMOVDQU64 256(DX), Z20
	VMOVDQU64 320(DX), Z21
	VMOVDQU64 384(DX), Z22
	VMOVDQU64 448(DX), Z23
	VMOVDQU64 512(DX), Z24
	VMOVDQU64 576(DX), Z25
	VMOVDQU64 640(DX), Z26
	VMOVDQU64 704(DX), Z27
	VMOVDQU64 768(DX), Z28
	VMOVDQU64 832(DX), Z29
	VMOVDQU64 896(DX), Z30
	VMOVDQU64 960(DX), Z31
	MOVQ $1, AX
	VPBROADCASTB AX, Z15
	XORQ AX, AX
turn:
	// A byte a row: each plane adds its bit.
	VPXORQ    Z0, Z0, Z0
	VMOVDQA64 Z15, Z1
	XORQ BX, BX
	JMP  more
plane:
	MOVQ  (SI)(BX*8), R10
	KMOVQ (R10)(AX*8), K1
	VPADDB Z1, Z0, K1, Z0
	VPADDB Z1, Z1, Z1
	INCQ BX
more:
	CMPQ BX, R9
	JLT  plane
	VPMOVB2M Z0, K2
	LOOKUP(Z16, Z17, Z18, Z19, Z4)
	LOOKUP(Z20, Z21, Z22, Z23, Z5)
	LOOKUP(Z24, Z25, Z26, Z27, Z6)
	LOOKUP(Z28, Z29, Z30, Z31, Z7)
	// Four bytes a row put together: in each quarter of 16 rows, the first
	// four of them, the second four, and so on.
	VPUNPCKLBW Z5, Z4, Z8
	VPUNPCKHBW Z5, Z4, Z9
	VPUNPCKLBW Z7, Z6, Z10
	VPUNPCKHBW Z7, Z6, Z11
	VPUNPCKLWD Z10, Z8, Z12
	VPUNPCKHWD Z10, Z8, Z13
	VPUNPCKLWD Z11, Z9, Z14
	VPUNPCKHWD Z11, Z9, Z8
	VPADDD (DI), Z12, Z12
	VPADDD 64(DI), Z13, Z13
	VPADDD 128(DI), Z14, Z14
	VPADDD 192(DI), Z8, Z8
	VMOVDQU32 Z12, (DI)
	VMOVDQU32 Z13, 64(DI)
	VMOVDQU32 Z14, 128(DI)
	VMOVDQU32 Z8, 192(DI)
	ADDQ $256, DI
	INCQ AX
	CMPQ AX, CX
	JLT  turn
	VZEROUPPER
	RET

// func settleFast(values, sums *int32, known *uint64, limit uint32, base int32, words int)
TEXT ·settleFast(SB), NOSPLIT, $0-40
	MOVQ values+0(FP), DI
	MOVQ sums+8(FP), SI
	MOVQ known+16(FP), R8
	MOVL limit+24(FP), AX
	VPBROADCASTD AX, Z15
	MOVL base+28(FP), AX
	VPBROADCASTD AX, Z14
	MOVQ words+32(FP), CX
turn:
	VMOVDQU32 (SI), Z0
	VMOVDQU32 64(SI), Z1
	VMOVDQU32 128(SI), Z2
	VMOVDQU32 192(SI), Z3
	// Quarters and registers change places.
	VSHUFI32X4 $0x44, Z1, Z0, Z4
	VSHUFI32X4 $0xee, Z1, Z0, Z5
	VSHUFI32X4 $0x44, Z3, Z2, Z6
	VSHUFI32X4 $0xee, Z3, Z2, Z7
	VSHUFI32X4 $0x88, Z6, Z4, Z0
	VSHUFI32X4 $0xdd, Z6, Z4, Z1
	VSHUFI32X4 $0x88, Z7, Z5, Z2
	VSHUFI32X4 $0xdd, Z7, Z5, Z3
	KEEP(Z0, 0)
	KEEP(Z1, 2)
	KEEP(Z2, 4)
	KEEP(Z3, 6)
	ADDQ $256, SI
	ADDQ $256, DI
	ADDQ $8, R8
	DECQ CX
	JNZ  turn
	VZEROUPPER
	RET
