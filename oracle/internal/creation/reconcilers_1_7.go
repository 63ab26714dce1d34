//go:build !kuberay1_3 && !kuberay1_4 && !kuberay1_5 && !kuberay1_6

package creation

import (
	"context"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	certmanagermeta "github.com/cert-manager/cert-manager/pkg/apis/meta/v1"
	rayv1 "github.com/ray-project/kuberay/ray-operator/apis/ray/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils/dashboardclient"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray/utils/types"
	"github.com/ray-project/kuberay/ray-operator/pkg/features"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"raypolicy.dev/oracle/internal/apiserver"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"
)

type serveStatus = types.ServeApplicationStatus

var scheme = runtime.NewScheme()

func init() {
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(rayv1.AddToScheme(scheme))
	utilruntime.Must(gatewayv1.Install(scheme))
	utilruntime.Must(certmanagerv1.AddToScheme(scheme))
}

// reconcilers are KubeRay's controllers, one for each kind and two that look at a RayCluster beside its own.
type reconcilers struct {
	cluster, job, service, cronJob, networkPolicy, mtls reconcile.Reconciler
}

func newReconcilers(mgr simulation) reconcilers {
	ctx := context.Background()
	networkPolicy, err := ray.NewNetworkPolicyController(mgr)
	utilruntime.Must(err)
	return reconcilers{
		cluster:       ray.NewReconciler(mgr, ray.RayClusterReconcilerOptions{CertManagerAvailable: true}),
		job:           ray.NewRayJobReconciler(ctx, mgr, ray.RayJobReconcilerOptions{}, provider{}),
		service:       ray.NewRayServiceReconciler(ctx, mgr, provider{}),
		cronJob:       ray.NewRayCronJobReconciler(mgr),
		networkPolicy: networkPolicy,
		mtls:          ray.NewRayClusterMTLSController(mgr),
	}
}

// provider gives the reconcilers the fakes of what runs inside a Ray cluster.
type provider struct{}

func (provider) GetDashboardClient(context.Context, manager.Manager) func(*rayv1.RayCluster, string) (dashboardclient.RayDashboardClientInterface, error) {
	return func(*rayv1.RayCluster, string) (dashboardclient.RayDashboardClientInterface, error) {
		return newDashboard(), nil
	}
}

func (provider) GetHttpProxyClient(manager.Manager) func(string, string, string, int) utils.RayHttpProxyClientInterface {
	return proxy
}

// beside runs the controllers that look at a RayCluster beside its own, as the operator starts them.
func (r *run) beside(key client.ObjectKey) {
	if features.Enabled(features.RayClusterNetworkPolicy) {
		r.fail("raycluster", r.pass("raycluster", r.reconcilers.networkPolicy, key))
	}
	if features.Enabled(features.RayClusterMTLS) {
		for range 2 {
			r.pass("raycluster", r.reconcilers.mtls, key)
		}
	}
}

// settleCertificate plays cert-manager: a certificate is ready and its secret is there.
func (r *run) settleCertificate(object client.Object) {
	certificate, is := object.(*certmanagerv1.Certificate)
	if !is {
		return
	}
	certificate.Status.Conditions = []certmanagerv1.CertificateCondition{{Type: certmanagerv1.CertificateConditionReady, Status: certmanagermeta.ConditionTrue}}
	r.store.objects = append(r.store.objects, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: certificate.Spec.SecretName, Namespace: certificate.Namespace, UID: apiserver.UID},
		Data:       map[string][]byte{"tls.crt": nil, "tls.key": nil, "ca.crt": nil},
	})
}
