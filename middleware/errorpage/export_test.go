package errorpage

// Waiting is the number of errors that are remembered.
func (s *Records) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.waiting)
}

const Alphabet = alphabet
