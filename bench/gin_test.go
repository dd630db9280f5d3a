package bench_test

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

func newGin() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	return gin.New()
}

func ginSite(got func(string)) http.Handler {
	e := newGin()
	for _, route := range siteRoutes {
		h := func(*gin.Context) {}
		if route == paramRoute {
			h = func(c *gin.Context) { got(c.Param("name")) }
		}
		e.GET(colons.Replace(route), h)
	}
	return e
}

const ginIDKey = "request_id"

func ginFive(log *slog.Logger) http.Handler {
	e := newGin()
	e.Use(ginRequestID, ginLog(log), gin.Recovery(), ginHeaders)
	e.GET(colons.Replace(paramRoute), func(c *gin.Context) { c.String(http.StatusOK, c.Param("name")) })
	return e
}

func ginRequestID(c *gin.Context) {
	id := newRequestID()
	c.Set(ginIDKey, id)
	c.Writer.Header().Set(requestIDHeader, id)
	c.Next()
}

func ginLog(log *slog.Logger) gin.HandlerFunc {
	return func(c *gin.Context) {
		start := time.Now()
		c.Next()
		logRequest(log, c.Request, c.GetString(ginIDKey), c.Writer.Status(), c.Writer.Size(), start)
	}
}

func ginHeaders(c *gin.Context) {
	setSiteHeaders(c.Writer.Header())
	c.Next()
}
