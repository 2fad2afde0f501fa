package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.CSIVolumeSource;
import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.NFSVolumeSource;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimVolumeSource;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import org.jspecify.annotations.Nullable;

/** A volume of a pod, in Kubernetes' words; of the kinds that do not reach into the node. */
@ValidationRule(
    value =
        "[has(self.emptyDir), has(self.configMap), has(self.secret),"
            + " has(self.persistentVolumeClaim), has(self.csi), has(self.nfs)]"
            + ".filter(written, written).size() == 1",
    message =
        "a volume has exactly one of emptyDir, configMap, secret, persistentVolumeClaim, csi and nfs")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VolumeSpec(
    @JsonPropertyDescription("What volumeMounts call it.") @Required @Size(max = 63) String name,
    @JsonPropertyDescription("An empty folder that goes with the pod.")
        @Nullable EmptyDirVolumeSource emptyDir,
    @JsonPropertyDescription("The keys of a ConfigMap as files.")
        @Nullable ConfigMapVolumeSource configMap,
    @JsonPropertyDescription("The keys of a Secret as files.") @Nullable SecretVolumeSource secret,
    @JsonPropertyDescription("A claim of the namespace.")
        @Nullable PersistentVolumeClaimVolumeSource persistentVolumeClaim,
    @JsonPropertyDescription("What a CSI driver makes for the pod.") @Nullable CSIVolumeSource csi,
    @JsonPropertyDescription("A folder of an NFS server.") @Nullable NFSVolumeSource nfs) {}
