package middleware

// check panics with what is wrong with the settings given to a constructor: a
// mistake in the program that shows at its start.
func check(constructor string, err error) {
	if err != nil {
		panic("middleware." + constructor + ": " + err.Error())
	}
}
