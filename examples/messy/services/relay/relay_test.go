package relay

import "testing"

func TestSameTextSameName(t *testing.T) {
	if Name("mint") != Name("mint") || Name("mint") == Name("burn") {
		t.Fatal("names do not follow the text")
	}
}
