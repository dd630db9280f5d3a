package fastcgi

import (
	"testing"

	"github.com/gangplank-web/gangplank/adapters/internal/protocoltest"
)

func TestMain(m *testing.M) { protocoltest.Main(m, "adapters/fastcgi.(") }
