// Package goods is aid that is not money: what lies in the stores, what is
// ordered, who is handed what on which day, the meals that community groups
// cook and carry, and the shops where food cards are used.
//
// Stock is an append-only list of movements whose sum the database keeps and
// never lets fall below zero. A distribution list takes its goods out of a
// depot when it is opened; what is not handed over goes back when it is
// closed. Every handing over, delivery and rupiah has its proof, and the sums
// can be proved again at any time (Service.Prove).
package goods
