//go:build kuberay1_3 || kuberay1_4

package creation

import (
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
	"sigs.k8s.io/controller-runtime/pkg/manager"
)

type serveStatus = utils.ServeApplicationStatus

func (provider) GetDashboardClient(manager.Manager) func() utils.RayDashboardClientInterface {
	return func() utils.RayDashboardClientInterface { return newDashboard() }
}

func (provider) GetHttpProxyClient(manager.Manager) func() utils.RayHttpProxyClientInterface {
	return newProxy
}
