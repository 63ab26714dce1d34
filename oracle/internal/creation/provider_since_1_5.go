//go:build !kuberay1_3 && !kuberay1_4

package creation

import (
	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils/dashboardclient"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils/types"
	"sigs.k8s.io/controller-runtime/pkg/manager"
)

type serveStatus = types.ServeApplicationStatus

func dashboardOf(*rayv1.RayCluster, string) (dashboardclient.RayDashboardClientInterface, error) {
	return newDashboard(), nil
}

func (provider) GetHttpProxyClient(manager.Manager) func(string, string, string, int) utils.RayHttpProxyClientInterface {
	return func(string, string, string, int) utils.RayHttpProxyClientInterface { return newProxy() }
}
