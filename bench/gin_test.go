package bench_test

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-contrib/cors"
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
	e.Use(ginRequestID, ginLog(log, ginPeer), gin.Recovery(), ginHeaders)
	e.GET(colons.Replace(paramRoute), func(c *gin.Context) { c.String(http.StatusOK, c.Param("name")) })
	return e
}

func ginTen(log *slog.Logger) http.Handler {
	e, store, protection := newGin(), gorillaStore(), http.NewCrossOriginProtection()
	if err := e.SetTrustedProxies([]string{proxyNetwork}); err != nil {
		panic(err)
	}
	e.Use(ginRequestID, ginLog(log, (*gin.Context).ClientIP), gin.Recovery(), ginHeaders,
		cors.New(cors.Config{AllowOrigins: []string{pageOrigin}, AllowCredentials: true}),
		func(c *gin.Context) {
			if protection.Check(c.Request) != nil {
				c.AbortWithStatus(http.StatusForbidden)
			}
		},
		ginTimeout)
	e.GET(loginRoute, func(c *gin.Context) { gorillaLogin(store, c.Writer, c.Request) })
	e.GET(colons.Replace(paramRoute), func(c *gin.Context) {
		if gorillaUser(store, c.Request) == "alice" {
			c.String(http.StatusOK, c.Param("name"))
		}
	})
	return e
}

func ginPeer(c *gin.Context) string { return c.Request.RemoteAddr }

func ginTimeout(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), tenTimeout)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}

func ginRequestID(c *gin.Context) {
	id := newRequestID()
	c.Set(ginIDKey, id)
	c.Writer.Header().Set(requestIDHeader, id)
	c.Next()
}

func ginLog(log *slog.Logger, client func(*gin.Context) string) gin.HandlerFunc {
	return func(c *gin.Context) {
		start := time.Now()
		c.Next()
		logRequest(log, c.Request, client(c), c.GetString(ginIDKey), c.Writer.Status(), c.Writer.Size(), start)
	}
}

func ginHeaders(c *gin.Context) {
	setSiteHeaders(c.Writer.Header())
	c.Next()
}
