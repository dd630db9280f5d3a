package bench_test

import (
	"log/slog"
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
	e.Use(echoRequestID, echoLog(log), middleware.Recover(), echoHeaders)
	e.GET(colons.Replace(paramRoute), func(c *echo.Context) error {
		return c.String(http.StatusOK, c.Param("name"))
	})
	return e
}

func echoRequestID(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		id := newRequestID()
		c.Set(echoIDKey, id)
		c.Response().Header().Set(requestIDHeader, id)
		return next(c)
	}
}

func echoLog(log *slog.Logger) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			start := time.Now()
			err := next(c)
			resp, _ := echo.UnwrapResponse(c.Response())
			id, _ := c.Get(echoIDKey).(string)
			logRequest(log, c.Request(), id, resp.Status, int(resp.Size), start)
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
