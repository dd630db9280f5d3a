package errorpage

// Flush writes what is only counted so far, instead of waiting for its time.
func (s *Records) Flush(id string) { s.flush(fingerprintOfID(id)) }

const Alphabet = alphabet
