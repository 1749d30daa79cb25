"""Names in messages as data: roles, fields, and entries that hold two messages."""

CALL = "call"  # the role of a turn whose text is a tool call
SPEAKERS = ("system", "user", "assistant")
PLAIN_ROLES = {role: role for role in SPEAKERS}
CHAT_ROLES = {
    name: role
    for role, names in {
        "system": ("system", "developer"),
        "user": ("user", "human", "prompter", "customer"),
        "assistant": ("assistant", "gpt", "bot", "model", "chatgpt", "chatbot", "ai"),
        "tool": ("tool", "observation", "function", "function_response", "tool_response", "ipython"),
        CALL: ("function_call", "tool_call"),
    }.items()
    for name in names
}

SPEAKER_ROLES = {name: role for name, role in CHAT_ROLES.items() if role in SPEAKERS}

ROLE_NAMES = ("role", "from")
CONTENT_NAMES = ("content", "value", "text")
THOUGHT_NAMES = ("reasoning_content", "reasoning", "thinking")
WEIGHT_NAMES = ("weight", "train")
EXCHANGES = (  # names of the question and of the reply in an entry that holds both
    ("input", "output"),
    ("user", "assistant"),
    ("human", "assistant"),
    ("human", "gpt"),
    ("human", "bot"),
    ("question", "answer"),
    ("prompt", "response"),
    ("prompt", "completion"),
    ("instruction", "output"),
    ("instruction", "response"),
)
