package spool

// InMemory is the memory that b holds for what was read ahead.
func (b *Body) InMemory() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept == nil {
		return 0
	}
	return len(b.kept.blocks) * len(block{})
}

// InFile is the size of b's temporary file.
func (b *Body) InFile() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept == nil {
		return 0
	}
	return b.kept.file.to
}
