// Package cputime tells how long the processors have worked for other processes. Linux has the /proc that it needs.
package cputime

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// userHZ is the unit of /proc's times on every architecture that Go runs on.
const userHZ = 100

// Of returns the time that the process has used itself.
func Of(pid int) (time.Duration, error) { return sum(pid, 11) }

// OfChildren returns the time that the processes have used which are the process's ended children, and those which were theirs.
// One that has not been waited for is missing.
func OfChildren(pid int) (time.Duration, error) { return sum(pid, 13) }

// sum adds two fields of /proc/PID/stat (proc(5)), counted from behind the name, which may hold spaces: there utime and stime, the 14th
// and 15th of the line, are 11 and 12, cutime and cstime 13 and 14.
func sum(pid, first int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	var ticks int
	for _, f := range fields[first : first+2] {
		n, err := strconv.Atoi(string(f))
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * (time.Second / userHZ), nil
}

// Workers returns the ids of the process's children that live.
func Workers(pid int) (pids []int, err error) {
	list, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", pid))
	if err != nil {
		return nil, err
	}
	for _, f := range bytes.Fields(list) {
		n, err := strconv.Atoi(string(f))
		if err != nil {
			return nil, err
		}
		pids = append(pids, n)
	}
	return pids, nil
}
