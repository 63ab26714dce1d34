//go:build kuberay1_3 || kuberay1_4

package operator

import "sigs.k8s.io/controller-runtime/pkg/client"

// admitOther finds none: only RayClusters had a webhook.
func admitOther(client.Object) (found bool, err error) { return false, nil }
