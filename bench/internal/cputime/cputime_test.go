//go:build linux

package cputime_test

import (
	"io"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/gangplank-web/gangplank/bench/internal/cputime"
)

func TestOf(t *testing.T) {
	before, err := cputime.Of(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; ; n++ {
		io.Discard.Write(make([]byte, n%1000))
		after, err := cputime.Of(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		if after > before {
			return // a process that works sees its time grow
		}
	}
}

func TestOfChildren(t *testing.T) {
	before, err := cputime.OfChildren(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := exec.Command("sh", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done").Run(); err != nil {
		t.Fatal(err)
	}
	if after, err := cputime.OfChildren(os.Getpid()); err != nil || after <= before {
		t.Errorf("a child has worked: got %v after %v, %v", after, before, err)
	}
}

func TestWorkers(t *testing.T) {
	shell := exec.Command("sh", "-c", "read line <&3 & echo; wait")
	hold, release, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Close()
	shell.ExtraFiles = []*os.File{hold}
	said, err := shell.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	defer shell.Wait()
	defer release.Close()
	said.Read(make([]byte, 1)) // the shell has its child
	pids, err := cputime.Workers(shell.Process.Pid)
	if err != nil || len(pids) != 1 {
		t.Errorf("got %v, %v, want one child", pids, err)
	}
	if slices.Contains(pids, shell.Process.Pid) {
		t.Error("a process is not its own child")
	}
}
