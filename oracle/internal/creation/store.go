package creation

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// store is a client whose API server is a list in memory; `admit` says what becomes of an object that is created.
type store struct {
	client.Client // nil: a reconciler that asks for more than this file has panics
	objects       []client.Object
	admit         func(object client.Object) (client.Object, error)
}

func (s *store) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	index := s.find(kindOf(into), key)
	if index < 0 {
		return apierrors.NewNotFound(schema.GroupResource{Resource: kindOf(into)}, key.Name)
	}
	assign(into, s.objects[index])
	return nil
}

func (s *store) List(_ context.Context, list client.ObjectList, options ...client.ListOption) error {
	var wanted client.ListOptions
	wanted.ApplyOptions(options)
	var items []runtime.Object
	for _, object := range s.objects {
		if kindOf(object)+"List" == kindOf(list) && matches(object, wanted) {
			items = append(items, object.DeepCopyObject())
		}
	}
	return meta.SetList(list, items)
}

func (s *store) Create(_ context.Context, object client.Object, _ ...client.CreateOption) error {
	admitted, err := s.admit(object)
	if err != nil {
		return err
	}
	if s.find(kindOf(admitted), client.ObjectKeyFromObject(admitted)) >= 0 {
		return apierrors.NewAlreadyExists(schema.GroupResource{Resource: kindOf(admitted)}, admitted.GetName())
	}
	s.objects = append(s.objects, admitted)
	assign(object, admitted)
	return nil
}

func (s *store) Update(_ context.Context, object client.Object, _ ...client.UpdateOption) error {
	return s.change(object, func(old, new reflect.Value) reflect.Value {
		keepStatus(new, old)
		return new
	})
}

func (s *store) Delete(_ context.Context, object client.Object, _ ...client.DeleteOption) error {
	index := s.find(kindOf(object), client.ObjectKeyFromObject(object))
	if index < 0 {
		return apierrors.NewNotFound(schema.GroupResource{Resource: kindOf(object)}, object.GetName())
	}
	s.objects = append(s.objects[:index:index], s.objects[index+1:]...)
	return nil
}

func (s *store) DeleteAllOf(_ context.Context, like client.Object, options ...client.DeleteAllOfOption) error {
	var wanted client.DeleteAllOfOptions
	wanted.ApplyOptions(options)
	var kept []client.Object
	for _, object := range s.objects {
		if kindOf(object) != kindOf(like) || !matches(object, wanted.ListOptions) {
			kept = append(kept, object)
		}
	}
	s.objects = kept
	return nil
}

func (s *store) Status() client.SubResourceWriter {
	return statusWriter{store: s}
}

// statusWriter writes nothing but the status: reconcilers hand over resources whose spec their builders have changed.
type statusWriter struct {
	client.SubResourceWriter
	store *store
}

func (w statusWriter) Update(_ context.Context, object client.Object, _ ...client.SubResourceUpdateOption) error {
	maskStatus(object)
	return w.store.change(object, func(old, new reflect.Value) reflect.Value {
		keepStatus(old, new)
		return old
	})
}

// change stores what `merge` makes of the stored object and the given one.
func (s *store) change(object client.Object, merge func(old, new reflect.Value) reflect.Value) error {
	index := s.find(kindOf(object), client.ObjectKeyFromObject(object))
	if index < 0 {
		return apierrors.NewNotFound(schema.GroupResource{Resource: kindOf(object)}, object.GetName())
	}
	merged := merge(reflect.ValueOf(s.objects[index]), reflect.ValueOf(object.DeepCopyObject()))
	s.objects[index] = merged.Interface().(client.Object)
	return nil
}

// keepStatus gives an object the status of another of its type.
func keepStatus(into, from reflect.Value) {
	if status := into.Elem().FieldByName("Status"); status.IsValid() {
		status.Set(from.Elem().FieldByName("Status"))
	}
}

func (s *store) find(kind string, key client.ObjectKey) int {
	for index, object := range s.objects {
		if kindOf(object) == kind && client.ObjectKeyFromObject(object) == key {
			return index
		}
	}
	return -1
}

func matches(object client.Object, wanted client.ListOptions) bool {
	if wanted.Namespace != "" && wanted.Namespace != object.GetNamespace() {
		return false
	}
	return wanted.LabelSelector == nil || wanted.LabelSelector.Matches(labels.Set(object.GetLabels()))
}

// kindOf is the name of the object's Go type, which is its kind.
func kindOf(object runtime.Object) string {
	name := fmt.Sprintf("%T", object)
	return name[strings.LastIndex(name, ".")+1:]
}

// assign copies an object into a variable of the same type.
func assign(into, from client.Object) {
	reflect.ValueOf(into).Elem().Set(reflect.ValueOf(from.DeepCopyObject()).Elem())
}
