package mask

// Declared hides a value that the program itself calls secret, whatever its name
// and shape.
func (m *Masker) Declared(where, name, value string) string {
	if m.allowed[value] {
		return value
	}
	return m.hide(where+" "+name, "the program says secret", value)
}
