"""The names and shapes of SeisBench's networks, without their numbers. Run in this folder; needs seisbench."""
import json

import seisbench.models as sbm

networks = {
    "eqt/seisbench": sbm.EQTransformer(),
    "eqt/seisbench_original": sbm.EQTransformer(original_compatible="non-conservative", lstm_blocks=2),
    "eqt/seisbench_conservative": sbm.EQTransformer(original_compatible="conservative", lstm_blocks=3),
    "picker/phasenet": sbm.PhaseNet(),
    "picker/gpd": sbm.GPD(),
    "picker/phasenet_variable": sbm.VariableLengthPhaseNet(),
    "picker/phasenet_light": sbm.PhaseNetLight(),
    "picker/lfe_detect": sbm.LFEDetect(),
    "picker/depth_phasenet": sbm.DepthPhaseNet(),  # minutes of travel times, the first time
    "picker/dkpn": sbm.DKPN(),
    "picker/basic_phase_ae": sbm.BasicPhaseAE(),
    "picker/skynet": sbm.Skynet(),
    "dpp/detector": sbm.DPPDetector(),
    "dpp/picker_p": sbm.DPPPicker("P"),
    "dpp/picker_s": sbm.DPPPicker("S"),
    "detector/cred": sbm.CRED(),
    "detector/cred_original": sbm.CRED(original_compatible=True),
    "eqt/obstransformer": sbm.OBSTransformer(),
    "eqt/eqtp": sbm.EQTP(),
    "denoiser/deepdenoiser": sbm.DeepDenoiser(),
    "denoiser/seisdae": sbm.SeisDAE(),
}
with open("seisbench.json", "w") as file:
    listed = {
        name: {key: list(value.shape) for key, value in network.state_dict().items()}
        for name, network in networks.items()
    }
    json.dump(listed, file, indent=0)
# What `save` writes beside each, without the weights.
with open("seisbench_settings.json", "w") as file:
    json.dump({name: {"model_args": network.get_model_args()} for name, network in networks.items()}, file, indent=1)
