//go:build !kuberay1_3 && !kuberay1_4 && !kuberay1_5 && !kuberay1_6

package creation

import (
	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	certmanagermeta "github.com/cert-manager/cert-manager/pkg/apis/meta/v1"
	"github.com/ray-project/kuberay/ray-operator/controllers/ray"
	"github.com/ray-project/kuberay/ray-operator/pkg/features"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"raypolicy.dev/oracle/internal/apiserver"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

func init() {
	utilruntime.Must(certmanagerv1.AddToScheme(scheme))
}

// beside runs the controllers that look at a RayCluster beside its own, where the operator starts them.
func (r *run) beside(key client.ObjectKey) {
	mgr := simulation{store: r.store}
	if features.Enabled(features.RayClusterNetworkPolicy) {
		networkPolicy, err := ray.NewNetworkPolicyController(mgr)
		utilruntime.Must(err)
		r.fail("raycluster", r.pass("raycluster", networkPolicy, key))
	}
	if features.Enabled(features.RayClusterMTLS) {
		mtls := ray.NewRayClusterMTLSController(mgr)
		for range 2 {
			r.pass("raycluster", mtls, key)
		}
	}
}

// settleOther plays cert-manager: a certificate is ready and its secret is there.
func (r *run) settleOther(object client.Object) {
	certificate, is := object.(*certmanagerv1.Certificate)
	if !is {
		return
	}
	certificate.Status.Conditions = []certmanagerv1.CertificateCondition{{
		Type: certmanagerv1.CertificateConditionReady, Status: certmanagermeta.ConditionTrue,
	}}
	r.store.objects = append(r.store.objects, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: certificate.Spec.SecretName, Namespace: certificate.Namespace, UID: apiserver.UID},
		Data:       map[string][]byte{"tls.crt": nil, "tls.key": nil, "ca.crt": nil},
	})
}
