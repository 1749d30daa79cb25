"""Codes of what a template does with a record that is trained, and the sentences for them."""

JOINS_SYSTEM = "template.joins_system"
HIDES_THOUGHTS = "template.hides_thoughts"
DROPS_THOUGHTS = "template.drops_thoughts"
HIDES_TOOLS = "template.hides_tools"
UNROLLED = "template.unrolled"

NOTES = {
    JOINS_SYSTEM: "The model's chat template takes a system message nowhere else than in the first user "
    "message, so it is shown there.",
    HIDES_THOUGHTS: "The model's chat template hides the thought of a reply once the reply is answered.",
    DROPS_THOUGHTS: "The model's chat template never shows a thought of the record, so it is not used.",
    HIDES_TOOLS: "The model's chat template does not show the definitions of tools, so they are not used.",
    UNROLLED: "The model's chat template writes an earlier turn in another way than the last one, so the "
    "record is trained as several sequences, one a reply.",
}
