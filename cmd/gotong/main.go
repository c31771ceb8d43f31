// Command gotong is the integrated social-protection system: register,
// verify, rank, determine, deliver, follow, graduate.
package main

func main() {}
