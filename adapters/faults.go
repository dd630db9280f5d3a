package adapters

import "strings"

// optionFault is what is wrong with the fields of a Server, for somebody who has written options.
type optionFault struct{ error }

func ofOptions(err error) error {
	if err == nil {
		return nil
	}
	return optionFault{err}
}

// Error calls each field by the option that sets it. A fault begins with its field.
func (f optionFault) Error() string {
	return strings.NewReplacer(
		"Mount: ", "option mount: ",
		"DisableQuirks: ", "option disable-quirks: ",
		"BodyDir: ", "option body-dir: ",
		"PacketSize: ", "option packet-size: ",
		"CertFile and KeyFile: ", "options cert and key: ",
	).Replace(f.error.Error())
}

func (f optionFault) Unwrap() error { return f.error }
