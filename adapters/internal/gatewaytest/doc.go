// Package gatewaytest has tests only. They drive two programs through every
// gateway of the real servers that package servertest starts:
//
//   - the probe (examples/probe), a program as a user would write it, in
//     TestGateways: a table of cases, whose known differences are named with
//     their reasons; -v ends with a matrix of gateways and cases;
//   - the conformance table of package adaptertest, in TestConformance, with
//     the test binary itself as the program.
package gatewaytest
