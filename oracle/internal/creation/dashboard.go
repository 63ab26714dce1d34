package creation

import (
	"context"

	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
)

// dashboard is KubeRay's fake of Ray's dashboard, made quiet: the original prints.
type dashboard struct {
	*utils.FakeRayDashboardClient
}

func (dashboard) UpdateDeployments(context.Context, []byte) error { return nil }

// newDashboard is a dashboard with one Serve application that runs.
func newDashboard() dashboard {
	fake := &utils.FakeRayDashboardClient{}
	fake.SetMultiApplicationStatuses(map[string]*serveStatus{"default": {Status: rayv1.ApplicationStatusEnum.RUNNING}})
	return dashboard{fake}
}

// proxy is a healthy Serve proxy.
func proxy(string, string, string, int) utils.RayHttpProxyClientInterface {
	return &utils.FakeRayHttpProxyClient{IsHealthy: true}
}
