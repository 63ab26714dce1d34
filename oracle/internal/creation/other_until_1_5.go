//go:build kuberay1_3 || kuberay1_4 || kuberay1_5

package creation

import "sigs.k8s.io/controller-runtime/pkg/client"

// other has nothing to build: these releases have no RayCronJob.
func (r *run) other(client.Object) {}

// wake has nothing to do: a RayService of these releases cannot be suspended.
func wake(client.Object) {}
