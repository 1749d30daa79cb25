"""Codes of what a template does with a record that is trained, and the sentences for them."""

JOINS_SYSTEM = "template.joins_system"
HIDES_THOUGHTS = "template.hides_thoughts"
DROPS_THOUGHTS = "template.drops_thoughts"
HIDES_TOOLS = "template.hides_tools"

NOTES = {
    JOINS_SYSTEM: "show their system message in the first user message: the template takes it nowhere else",
    HIDES_THOUGHTS: "do not show the thoughts of earlier replies: the template hides them once answered",
    DROPS_THOUGHTS: "have thoughts that the template never shows: put them into the reply itself",
    HIDES_TOOLS: "define tools that the template does not show",
}
