//go:build amd64 && !purego

#include "textflag.h"

// The numbers 0 to 63, a byte each.
DATA counted<>+0(SB)/8, $0x0706050403020100
DATA counted<>+8(SB)/8, $0x0f0e0d0c0b0a0908
DATA counted<>+16(SB)/8, $0x1716151413121110
DATA counted<>+24(SB)/8, $0x1f1e1d1c1b1a1918
DATA counted<>+32(SB)/8, $0x2726252423222120
DATA counted<>+40(SB)/8, $0x2f2e2d2c2b2a2928
DATA counted<>+48(SB)/8, $0x3736353433323130
DATA counted<>+56(SB)/8, $0x3f3e3d3c3b3a3938
GLOBL counted<>(SB), RODATA|NOPTR, $64

// Up to 16 of the numbers in a quarter of Z3, with what they are counted from.
#define WRITE(QUARTER) \
	VEXTRACTI32X4 $QUARTER, Z3, X4     \
	VPMOVZXBD X4, Z4                   \
	VPADDD    Z5, Z4, Z4               \
	VMOVDQU32 Z4, (QUARTER*64)(DI)

// func placesFast(places *int32, text string, end int, of byte) int
TEXT ·placesFast(SB), NOSPLIT, $0-48
	MOVQ places+0(FP), DI
	MOVQ text_base+8(FP), SI
	MOVQ end+24(FP), CX
	MOVBQZX of+32(FP), AX
	VPBROADCASTB AX, Z1
	VMOVDQU64 counted<>(SB), Z2
	MOVQ DI, R10
	XORQ AX, AX
turn:
	VPCMPEQB (SI)(AX*1), Z1, K1
	KMOVQ K1, R8
	MOVQ  CX, R9
	SUBQ  AX, R9
	CMPQ  R9, $64
	JGE   all
	BZHIQ R9, R8, R8
	KMOVQ R8, K1
all:
	TESTQ R8, R8
	JZ    next
	POPCNTQ R8, R9
	VPBROADCASTD AX, Z5
	VPCOMPRESSB.Z Z2, K1, Z3
	VPMOVZXBD X3, Z4
	VPADDD    Z5, Z4, Z4
	VMOVDQU32 Z4, (DI)
	CMPQ R9, $16
	JLE  count
	WRITE(1)
	CMPQ R9, $32
	JLE  count
	WRITE(2)
	WRITE(3)
count:
	LEAQ (DI)(R9*4), DI
next:
	ADDQ $64, AX
	CMPQ AX, CX
	JLT  turn
	SUBQ R10, DI
	SHRQ $2, DI
	MOVQ DI, ret+40(FP)
	VZEROUPPER
	RET

// The bytes of a group of four cells: 16 of each.
DATA four<>+0(SB)/8, $0
DATA four<>+8(SB)/8, $0
DATA four<>+16(SB)/8, $0x0101010101010101
DATA four<>+24(SB)/8, $0x0101010101010101
DATA four<>+32(SB)/8, $0x0202020202020202
DATA four<>+40(SB)/8, $0x0202020202020202
DATA four<>+48(SB)/8, $0x0303030303030303
DATA four<>+56(SB)/8, $0x0303030303030303
GLOBL four<>(SB), RODATA|NOPTR, $64

// The first of every two.
DATA heads<>+0(SB)/8, $0
DATA heads<>+8(SB)/8, $2
DATA heads<>+16(SB)/8, $4
DATA heads<>+24(SB)/8, $6
DATA heads<>+32(SB)/8, $8
DATA heads<>+40(SB)/8, $10
DATA heads<>+48(SB)/8, $12
DATA heads<>+56(SB)/8, $14
GLOBL heads<>(SB), RODATA|NOPTR, $64

// The digits of 1990-08-17, and nothing behind them.
DATA digits<>+0(SB)/8, $0x0908060503020100
DATA digits<>+8(SB)/8, $0x8080808080808080
GLOBL digits<>(SB), RODATA|NOPTR, $16

// Four cells: 16 bytes from where each begins, into Z.
#define FOUR(AT, X, Y, Z, XX, YY) \
	MOVLQSX (AT)(DX), AX                         \
	MOVLQSX (AT+4)(DX), BX                       \
	VMOVDQU 1(R9)(AX*1), X                       \
	VINSERTI128 $1, 1(R9)(BX*1), Y, Y            \
	MOVLQSX (AT+8)(DX), AX                       \
	MOVLQSX (AT+12)(DX), BX                      \
	VMOVDQU 1(R9)(AX*1), XX                      \
	VINSERTI128 $1, 1(R9)(BX*1), YY, YY          \
	VINSERTI64X4 $1, YY, Z, Z

// Four words of the table, where the stack says.
#define LOOK(AT, X, Y, Z, XX, YY) \
	MOVQ AT(SP), AX                         \
	MOVQ (AT+8)(SP), BX                     \
	VMOVDQU64 (R12)(AX*1), X                  \
	VINSERTI64X2 $1, (R12)(BX*1), Y, Y       \
	MOVQ (AT+16)(SP), AX                    \
	MOVQ (AT+24)(SP), BX                    \
	VMOVDQU64 (R12)(AX*1), XX                 \
	VINSERTI64X2 $1, (R12)(BX*1), YY, YY     \
	VINSERTI64X4 $1, YY, Z, Z

// func tellFast(full, known *byte, values *int64, text string, places *int32, eights *eight, n int, table *uint64, said *int64)
TEXT ·tellFast(SB), NOSPLIT, $64-80
	MOVQ full+0(FP), DI
	MOVQ known+8(FP), SI
	MOVQ values+16(FP), R8
	MOVQ text_base+24(FP), R9
	MOVQ places+40(FP), R10
	MOVQ eights+48(FP), R11
	MOVQ n+56(FP), CX
	MOVQ table+64(FP), R12
	MOVQ said+72(FP), R13
	MOVL $1, AX
	VPBROADCASTD AX, Y31
	MOVL $16, AX
	VPBROADCASTD AX, Y30
	VMOVDQU64 four<>(SB), Z29
	MOVQ $0x0404040404040404, AX
	VPBROADCASTQ AX, Z28
	VPADDB Z29, Z28, Z28           // the bytes of the second four cells
	VBROADCASTI32X4 counted<>(SB), Z27
	VMOVDQU64 heads<>(SB), Z26
	VBROADCASTI32X4 digits<>(SB), Z25
	MOVQ $0x3030303030303030, AX
	VPBROADCASTQ AX, Z24
	MOVQ $0x010a010a010a010a, AX   // 10 and 1, a byte each
	VPBROADCASTQ AX, Z23
	MOVQ $0x0001006400010064, AX   // 100 and 1, two bytes each
	VPBROADCASTQ AX, Z22
	MOVL $10000, AX
	VPBROADCASTQ AX, Z21
turn:
	MOVQ (R11), AX
	LEAQ (R10)(AX*4), DX
	VMOVDQU32 (DX), Y1
	VMOVDQU32 4(DX), Y3
	VPSUBD Y1, Y3, Y3
	VPSUBD Y31, Y3, Y3             // how many bytes each cell has
	VPTESTMD Y3, Y3, K3
	FOUR(0, X4, Y4, Z4, X5, Y5)
	FOUR(16, X6, Y6, Z6, X7, Y7)
	VPMOVUSDB Y3, X8
	VPERMB Z8, Z29, Z9
	VPERMB Z8, Z28, Z10
	VPCMPUB $1, Z9, Z27, K1        // bytes that belong to the cells
	VPCMPUB $1, Z10, Z27, K2
	VMOVDQU8.Z Z4, K1, Z4
	VMOVDQU8.Z Z6, K2, Z6
	KMOVB K3, AX
	MOVQ 8(R11), BX
	ORQ  16(R11), BX
	ANDQ BX, AX
	MOVB AX, (DI)
	XORQ DX, DX                    // what is known of words
	CMPQ 8(R11), $0
	JEQ  numbers
	VPMULLQ 32(R11), Z4, Z11
	VPMULLQ 96(R11), Z6, Z12
	VPSHUFD $0x4e, Z11, Z13
	VPSHUFD $0x4e, Z12, Z14
	VPADDQ Z13, Z11, Z11
	VPADDQ Z14, Z12, Z12
	VMOVDQA64 Z26, Z13
	VPERMI2Q Z12, Z11, Z13
	VMOVDQU64 160(R11), Z14
	VPSRLVQ Z14, Z13, Z13
	VPSLLQ $4, Z13, Z13
	VPADDQ 224(R11), Z13, Z13
	VMOVDQU64 Z13, (SP)
	LOOK(0, X15, Y15, Z15, X16, Y16)
	LOOK(32, X17, Y17, Z17, X18, Y18)
	VPCMPEQQ Z4, Z15, K4
	VPCMPEQQ Z6, Z17, K5
	VPTESTNMB Z4, Z4, K1, K1       // zero bytes in cells: no words
	VPTESTNMB Z6, Z6, K2, K2
	VPMOVM2B K1, Z11
	VPMOVM2B K2, Z12
	VPTESTNMQ Z11, Z11, K4, K4
	VPTESTNMQ Z12, Z12, K5, K5
	VPCMPUD $2, Y30, Y3, K3, K6    // of up to 16 bytes
	KMOVB K4, AX
	KMOVB K5, BX
	SHLL $8, BX
	ORL  BX, AX
	MOVL AX, BX
	SHRL $1, BX
	ANDL BX, AX
	MOVL $0x5555, BX
	PEXTL BX, AX, DX               // head and tail of each
	KMOVB K6, AX
	ANDL AX, DX
	ANDQ 8(R11), DX
	TESTQ R13, R13
	JZ   numbers
	KMOVB DX, K6
	KMOVB DX, K5
	VPSRLQ $1, Z13, Z13
	VPXORQ Z12, Z12, Z12
	VPGATHERQQ (R13)(Z13*1), K6, Z12
	VMOVDQU64 Z12, K5, (R8)
numbers:
	CMPQ 16(R11), $0
	JEQ  next
	VMOVDQA64 Z26, Z11
	VPERMI2Q Z6, Z4, Z11           // heads
	VPMOVZXDQ Y3, Z12
	// A zero in front of other digits.
	MOVL $0xff, AX
	VPBROADCASTQ AX, Z13
	VPANDQ Z13, Z11, Z13
	MOVL $0x30, AX
	VPBROADCASTQ AX, Z14
	VPCMPEQQ Z14, Z13, K1
	MOVL $1, AX
	VPBROADCASTQ AX, Z14
	VPCMPUQ $6, Z14, Z12, K1, K1
	MOVL $8, AX
	VPBROADCASTQ AX, Z14
	VPCMPUQ $2, Z14, Z12, K3, K4   // up to eight bytes
	KANDNB K4, K1, K4
	// Zeros in front, until there are eight digits.
	VPSLLQ $3, Z12, Z13
	MOVL $64, AX
	VPBROADCASTQ AX, Z14
	VPSUBQ Z13, Z14, Z14
	VPSLLVQ Z14, Z11, Z15
	VPSRLVQ Z13, Z24, Z14
	VPORQ  Z14, Z15, Z15
	MOVQ   24(R11), AX
	TESTQ  AX, AX
	JZ     read
	KMOVB  AX, K5
	// The digits of days instead.
	VPSHUFB Z25, Z4, Z13
	VPSHUFB Z25, Z6, Z14
	VMOVDQA64 Z26, Z16
	VPERMI2Q Z14, Z13, Z16
	VMOVDQA64 Z16, K5, Z15
	MOVL $10, AX
	VPBROADCASTQ AX, Z14
	VPCMPEQQ Z14, Z12, K5, K5
	MOVQ $0xff0000ff00000000, AX
	VPBROADCASTQ AX, Z14
	VPANDQ Z14, Z11, Z13
	MOVQ $0x2d00002d00000000, AX
	VPBROADCASTQ AX, Z14
	VPCMPEQQ Z14, Z13, K5, K5
	// Month and day.
	VPSUBB Z24, Z16, Z16
	VPMADDUBSW Z23, Z16, Z16
	VPSRLQ $48, Z16, Z13
	VPSLLQ $16, Z16, Z16
	VPSRLQ $48, Z16, Z16
	MOVL $16, AX
	VPBROADCASTQ AX, Z14
	VPCMPUQ $1, Z14, Z16, K5, K5
	VMOVDQU64 ·monthDays+64(SB), Z17
	VMOVDQU64 ·monthDays(SB), Z14
	VPERMI2Q Z17, Z14, Z16
	VPTESTMQ Z13, Z13, K5, K5
	VPCMPUQ $2, Z16, Z13, K5, K5
	MOVQ 24(R11), AX
	KMOVB AX, K1
	KANDNB K4, K1, K4
	KORB K5, K4, K4
read:
	MOVQ $0xf0f0f0f0f0f0f0f0, AX
	VPBROADCASTQ AX, Z14
	VPANDQ Z14, Z15, Z13
	MOVQ $0x0606060606060606, AX
	VPBROADCASTQ AX, Z16
	VPADDQ Z16, Z15, Z16
	VPANDQ Z14, Z16, Z16
	VPSRLQ $4, Z16, Z16
	VPORQ  Z16, Z13, Z13
	MOVQ $0x3333333333333333, AX
	VPBROADCASTQ AX, Z14
	VPCMPEQQ Z14, Z13, K4, K4
	VPSUBB Z24, Z15, Z15
	VPMADDUBSW Z23, Z15, Z15
	VPMADDWD Z22, Z15, Z15
	VPMULUDQ Z21, Z15, Z13
	VPSRLQ $32, Z15, Z15
	VPADDQ Z13, Z15, Z15
	VPMULLQ 288(R11), Z15, Z15
	VMOVDQU64 352(R11), Z13
	VMOVDQU64 416(R11), Z14
	VPCMPQ $5, Z13, Z15, K4, K4    // not less than the least
	VPCMPQ $2, Z14, Z15, K4, K4
	MOVQ  16(R11), AX
	KMOVB AX, K1
	KANDB K1, K4, K4
	KMOVB K4, AX
	ORQ   AX, DX
	VMOVDQU64 Z15, K4, (R8)
next:
	MOVB DX, (SI)
	ADDQ $480, R11
	ADDQ $64, R8
	INCQ DI
	INCQ SI
	DECQ CX
	JNZ  turn
	VZEROUPPER
	RET
