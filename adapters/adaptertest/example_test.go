package adaptertest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gangplank-web/gangplank/adapters/adaptertest"
)

// A test of a server calls Run; Check runs one case anywhere, and its error says
// what is wrong. Here a layer around the handler loses the status code.
func ExampleTarget_Check() {
	forgetful := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		adaptertest.Handler().ServeHTTP(statusless{w}, r)
	})
	server := httptest.NewServer(forgetful)
	defer server.Close()
	target := adaptertest.Target{URL: server.URL}
	for _, c := range adaptertest.Cases() {
		if strings.HasPrefix(c.Name, "status/404") {
			fmt.Println(target.Check(context.Background(), c))
		}
	}
	// Output:
	// status/404: The status is the handler's, and so is its body.
	// 	status: got 200, want 404; body "body"
}

type statusless struct{ http.ResponseWriter }

func (statusless) WriteHeader(int) {}
