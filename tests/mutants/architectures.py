"""Guards of architectures: what a pack, a head and an adapter are on models that no one has tried."""

from tests.mutants.mutant import Mutant

PROBE = "tests/trainer/test_probe.py"
MODEL = "tests/trainer/test_model.py"
_TRAINER = "workers/programs/trainer"

ARCHITECTURES = (
    Mutant(
        name="packs-that-leak",
        promise="Examples that see each other in a pack are trained one at a time",
        file=f"{_TRAINER}/probe.py",
        old="is_apart = _far(packed, alone) <= tolerance and _far(beside, packed) <= same",
        new="is_apart = len(packed) > 0 and _far(beside, beside) <= same",
        tests=(f"{PROBE}::TestCanPack::test_is_false_where_examples_of_a_pack_see_each_other",),
    ),
    Mutant(
        name="head-taken-on-trust",
        promise="A head that is not the model's own is refused",
        file=f"{_TRAINER}/probe.py",
        old="    if not _far(ours, own.float()) <= same:",
        new="    if not _far(ours, ours) <= same:",
        tests=(f"{PROBE}::TestRefusal::test_of_a_head_that_is_not_the_models",),
    ),
    Mutant(
        name="reads-ahead",
        promise="A model that sees the tokens that it is to predict is refused",
        file=f"{_TRAINER}/probe.py",
        old="    if not _far(changed, alone) <= tolerance:",
        new="    if not _far(changed, changed) <= tolerance:",
        tests=(f"{PROBE}::TestRefusal::test_of_a_model_that_reads_ahead",),
    ),
    Mutant(
        name="positions-of-the-longest",
        promise="Short examples do not take their positions from a long one in their pack",
        file=f"{_TRAINER}/probe.py",
        old="return is_apart and not _follows_length(model.config, rows)",
        new="return is_apart",
        tests=(
            f"{PROBE}::TestCanPack::test_is_false_where_the_longest_example_decides_the_positions_of_all",
        ),
    ),
    Mutant(
        name="logits-without-their-scale",
        promise="The scale of Granite's and Cohere's logits is applied",
        file=f"{_TRAINER}/architecture.py",
        old="    if factor != 1:",
        new="    if factor < 0:",
        tests=(f"{PROBE}::TestCanPack::test_is_true_where_positions_keep_examples_apart",),
    ),
    Mutant(
        name="adapter-on-the-tower",
        promise="Only linear layers of the decoder get an adapter",
        file=f"{_TRAINER}/adapter.py",
        old="        exclude_modules=outside_decoder(base),",
        new="        exclude_modules=None,",
        tests=(f"{MODEL}::TestAdapter::test_stays_below_the_decoder_of_a_model_that_sees",),
    ),
    Mutant(
        name="adapter-on-a-router",
        promise="Layers that choose experts get no adapter",
        file=f"{_TRAINER}/architecture.py",
        old="else name not in _ROUTERS",
        new='else name != ""',
        tests=(f"{MODEL}::TestAdapter::test_is_on_no_router",),
    ),
    Mutant(
        name="weights-drawn-at-random",
        promise="Files that lack weights are refused instead of filled with random ones",
        file=f"{_TRAINER}/model.py",
        old='    if missing := sorted(found["missing_keys"]):',
        new='    if missing := sorted(found["missing_keys"])[:0]:',
        tests=(f"{MODEL}::TestLoadBase::test_refuses_files_that_lack_weights",),
    ),
    Mutant(
        name="cause-unsaid",
        promise="The reason why a model does not load is said",
        file=f"{_TRAINER}/model.py",
        old='return Failure("base_model_unsupported", f"{named} could not be loaded: {reason}")',
        new='return Failure("base_model_unsupported", f"{named} could not be loaded.")',
        tests=(f"{MODEL}::TestLoadBase::test_says_why_an_architecture_cannot_be_loaded",),
    ),
)
