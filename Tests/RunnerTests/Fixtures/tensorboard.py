"""The records that TensorBoard's own writer makes: python tensorboard.py OUT.json

With a second argument, an event file, it is read with TensorBoard's reader and its scalars are printed."""
import io, json, sys
sys.path = [p for p in sys.path if not p.endswith("Fixtures")]  # this file is called tensorboard too
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

if len(sys.argv) > 2:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    events = EventAccumulator(sys.argv[2])
    events.Reload()
    print(json.dumps({tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}))
    sys.exit()


def record(event):
    out = io.BytesIO()
    RecordWriter(out).write(event.SerializeToString())
    return out.getvalue().hex()


header = event_pb2.Event(wall_time=1700000000.5, file_version="brain.Event:2")
values = [summary_pb2.Summary.Value(tag="loss/train", simple_value=0.125),
          summary_pb2.Summary.Value(tag="rate", simple_value=1e-3)]
event = event_pb2.Event(wall_time=1700000001.25, step=300, summary=summary_pb2.Summary(value=values))
json.dump({"header": record(header), "event": record(event)}, open(sys.argv[1], "w"), indent=1)
