//go:build kuberay1_3 || kuberay1_4 || kuberay1_5 || kuberay1_6

package creation

import "sigs.k8s.io/controller-runtime/pkg/client"

// beside has nothing to run: these releases have one controller for a RayCluster.
func (r *run) beside(client.ObjectKey) {}

func (r *run) settleOther(client.Object) {}
