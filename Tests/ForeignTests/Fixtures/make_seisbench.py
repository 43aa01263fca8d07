"""The names and shapes of SeisBench's networks, without their numbers. Run in this folder; needs seisbench."""
import json

import seisbench.models as sbm

networks = {
    "eqt/seisbench": sbm.EQTransformer(),
    "eqt/seisbench_original": sbm.EQTransformer(original_compatible="non-conservative", lstm_blocks=2),
    "eqt/seisbench_conservative": sbm.EQTransformer(original_compatible="conservative", lstm_blocks=3),
    "picker/phasenet": sbm.PhaseNet(),
    "picker/gpd": sbm.GPD(),
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
