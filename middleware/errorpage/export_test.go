package errorpage

// Waiting is the number of errors that are remembered.
func (s *Records) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.waiting)
}

const Alphabet = alphabet

// EditorLink is the link of a frame.
func EditorLink(config Config, name, located string, line int) string {
	p := &page{Config: config}
	p.editor, _ = editorURL(config.Editor)
	return p.editorLink(name, located, line)
}
