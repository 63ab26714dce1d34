// The oracle reads manifests on standard input and prints what KubeRay's own code says about each, as JSON lines.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime/debug"

	"raypolicy.dev/oracle/internal/judge"
	"raypolicy.dev/oracle/internal/stream"

	"github.com/go-logr/logr"
	"k8s.io/apiserver/pkg/util/feature"
	ctrl "sigs.k8s.io/controller-runtime"
)

// release is the KubeRay release that is built in; the build script sets it.
var release string

func main() {
	gates := flag.String("feature-gates", "", "the operator's feature gates: `A=true,B=false`")
	flag.Parse()
	if err := run(*gates); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

func run(gates string) error {
	if release == "" {
		return errors.New("this program has no KubeRay release: build it with build.sh")
	}
	if err := feature.DefaultMutableFeatureGate.Set(gates); err != nil {
		return err
	}
	ctrl.SetLogger(logr.Discard())
	debug.SetGCPercent(400) // twice as fast; the CRDs' schemas make up most of the heap
	judge := judge.New(release)
	output := bufio.NewWriter(os.Stdout)
	os.Stdout = os.Stderr // KubeRay prints when it shortens a name
	lines := json.NewEncoder(output)
	lines.SetEscapeHTML(false)
	index := 0
	return stream.Documents(os.Stdin, func(text []byte) error {
		answer := judge.Document(index, text)
		index++
		if err := lines.Encode(answer); err != nil {
			return err
		}
		return output.Flush()
	})
}
