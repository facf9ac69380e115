package stamp

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"testing"
)

// TestPurpose: openssl does not sign with certificates for something else; a forger would.
func TestPurpose(t *testing.T) {
	t.Parallel()
	stamping := []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}
	critical := []pkix.Extension{{Id: oidEKU, Critical: true}}
	for name, c := range map[string]struct {
		cert x509.Certificate
		good bool
	}{
		"good":                 {x509.Certificate{ExtKeyUsage: stamping, Extensions: critical, KeyUsage: x509.KeyUsageDigitalSignature}, true},
		"without a key usage":  {x509.Certificate{ExtKeyUsage: stamping, Extensions: critical}, true},
		"no purpose":           {x509.Certificate{Extensions: critical}, false},
		"two purposes":         {x509.Certificate{ExtKeyUsage: append(stamping, x509.ExtKeyUsageServerAuth), Extensions: critical}, false},
		"a web server's":       {x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, Extensions: critical}, false},
		"not critical":         {x509.Certificate{ExtKeyUsage: stamping, Extensions: []pkix.Extension{{Id: oidEKU}}}, false},
		"for encryption alone": {x509.Certificate{ExtKeyUsage: stamping, Extensions: critical, KeyUsage: x509.KeyUsageKeyEncipherment}, false},
		"a CA":                 {x509.Certificate{ExtKeyUsage: stamping, Extensions: critical, IsCA: true}, false},
	} {
		err := forStamping(&c.cert)
		var e *Error
		if c.good != (err == nil) || !c.good && (!errors.As(err, &e) || e.Reason != WrongUse) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
