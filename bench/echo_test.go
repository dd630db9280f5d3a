package bench_test

import (
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"
)

// colons turns "/users/{name}" into echo's and gin's "/users/:name".
var colons = strings.NewReplacer("{", ":", "}", "")

func echoSite(got func(string)) http.Handler {
	e := echo.New()
	for _, route := range siteRoutes {
		h := func(*echo.Context) error { return nil }
		if route == paramRoute {
			h = func(c *echo.Context) error { got(c.Param("name")); return nil }
		}
		e.GET(colons.Replace(route), h)
	}
	return e
}

const echoIDKey = "request_id"

func echoFive(log *slog.Logger) http.Handler {
	e := echo.New()
	e.Use(echoRequestID, echoLog(log, echoPeer), middleware.Recover(), echoHeaders)
	e.GET(colons.Replace(paramRoute), func(c *echo.Context) error {
		return c.String(http.StatusOK, c.Param("name"))
	})
	return e
}

func echoTen(log *slog.Logger) http.Handler {
	e, store, protection := echo.New(), gorillaStore(), http.NewCrossOriginProtection()
	_, network, _ := net.ParseCIDR(proxyNetwork)
	e.IPExtractor = echo.ExtractIPFromXFFHeader(echo.TrustIPRange(network))
	e.Use(echoRequestID, echoLog(log, (*echo.Context).RealIP), middleware.Recover(), echoHeaders,
		middleware.CORSWithConfig(middleware.CORSConfig{AllowOrigins: []string{pageOrigin}, AllowCredentials: true}),
		echo.WrapMiddleware(protection.Handler), middleware.ContextTimeout(tenTimeout))
	e.GET(loginRoute, func(c *echo.Context) error { gorillaLogin(store, c.Response(), c.Request()); return nil })
	e.GET(colons.Replace(paramRoute), func(c *echo.Context) error {
		if gorillaUser(store, c.Request()) != "alice" {
			return echo.ErrForbidden
		}
		return c.String(http.StatusOK, c.Param("name"))
	})
	return e
}

func echoPeer(c *echo.Context) string { return c.Request().RemoteAddr }

func echoRequestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		id := newRequestID()
		c.Set(echoIDKey, id)
		c.Response().Header().Set(requestIDHeader, id)
		return next(c)
	}
}

func echoLog(log *slog.Logger, client func(*echo.Context) string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			start := time.Now()
			err := next(c)
			resp, _ := echo.UnwrapResponse(c.Response())
			id, _ := c.Get(echoIDKey).(string)
			logRequest(log, c.Request(), client(c), id, resp.Status, int(resp.Size), start)
			return err
		}
	}
}

func echoHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		setSiteHeaders(c.Response().Header())
		return next(c)
	}
}
