package creation

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/record"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"
)

// simulation is the manager that KubeRay's constructors of reconcilers ask for a client, a scheme and a recorder.
type simulation struct {
	manager.Manager // nil: the constructors ask for no more
	store           *store
}

func (m simulation) GetClient() client.Client                        { return m.store }
func (m simulation) GetScheme() *runtime.Scheme                      { return scheme }
func (m simulation) GetFieldIndexer() client.FieldIndexer            { return indexer{} }
func (m simulation) GetEventRecorder(string) events.EventRecorder    { return silent{} }
func (m simulation) GetEventRecorderFor(string) record.EventRecorder { return &record.FakeRecorder{} }

// indexer takes every index: the store has no use for them.
type indexer struct{}

func (indexer) IndexField(context.Context, client.Object, string, client.IndexerFunc) error {
	return nil
}

// silent drops events: what they would say is known from the errors.
type silent struct{}

func (silent) Eventf(runtime.Object, runtime.Object, string, string, string, string, ...any) {}
