"""Guards of base models: what is fetched, what is loaded, and what the demo calls a success."""

from tests.mutants.mutant import Mutant

RUN = "tests/trainer/test_run.py"
REAL = "tests/trainer/test_smollm2.py"
DEMO = "tests/cli/test_demo.py"

MODELS = (
    Mutant(
        name="model-unchecked",
        promise="Only the pinned weights are converted",
        file="workers/programs/trainer/smollm2.py",
        old="    if sha256 != GGUF_SHA256:",
        new="    if not sha256:",
        tests=(f"{REAL}::TestUnavailable::test_names_a_file_that_is_not_the_pinned_one",),
    ),
    Mutant(
        name="heads-as-they-come",
        promise="Query and key rows of a GGUF file are brought back into halves",
        file="workers/programs/trainer/smollm2.py",
        old="pairs.transpose(1, 2).reshape(weight.shape)",
        new="pairs.reshape(weight.shape)",
        tests=(f"{REAL}::TestInHalves::test_brings_the_rows_of_each_head_back_into_two_halves",),
    ),
    Mutant(
        name="tokens-without-a-row",
        promise="Tokens that the embedding has no row for are named before training",
        file="workers/programs/trainer/model.py",
        old="    if highest >= rows:",
        new="    if highest < 0:",
        tests=(f"{RUN}::TestFailures::test_names_a_tokenizer_that_is_larger_than_the_embedding",),
    ),
    Mutant(
        name="pickle-loaded",
        promise="Weights that are a pickle are not loaded",
        file="workers/programs/trainer/model.py",
        old='_SAFE = {"use_safetensors": True}',
        new="_SAFE: dict[str, bool] = {}",
        tests=(f"{RUN}::TestFailures::test_refuses_weights_that_are_a_pickle",),
    ),
    Mutant(
        name="demo-content-with-little",
        promise="A demo whose loss did not fall has failed",
        file="app/cli/demo/result.py",
        old="    if not last < run.loss_left * first:",
        new="    if not losses:",
        tests=(f"{DEMO}::TestResult::test_is_a_failure_unless_the_loss_falls_below_half",),
    ),
)
