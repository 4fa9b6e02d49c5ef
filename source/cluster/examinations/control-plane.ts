/** Settings of kube-apiserver and etcd in the static pods' manifests of this machine. */
export type ControlPlaneExamination = {
	readonly topic: 'control-plane';
};
