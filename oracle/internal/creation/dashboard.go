package creation

import (
	"context"

	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
)

// provider gives the reconcilers fakes of what runs inside a Ray cluster.
type provider struct{}

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

// newProxy is a healthy Serve proxy.
func newProxy() utils.RayHttpProxyClientInterface {
	return &utils.FakeRayHttpProxyClient{IsHealthy: true}
}
