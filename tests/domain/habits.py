"""Small chat templates with the habits of published ones."""

OPEN = "<s>{% for m in messages %}<|{{ m.role }}|>\n"
CLOSE = "<|end|>\n{% endfor %}{% if add_generation_prompt %}<|assistant|>\n"
CALLS = (
    "{% for c in m.tool_calls or [] %}"
    "<call>{{ c.function.name }} {{ c.function.arguments | tojson }}</call>"
    "{% endfor %}"
)
PLAIN = OPEN + "{{ m.content }}" + CLOSE + "{% endif %}"
DEFINITIONS = "{% for t in tools or [] %}<tool>{{ t | tojson }}</tool>{% endfor %}"
TOOLS = DEFINITIONS + OPEN + "{{ m.content }}" + CALLS + CLOSE + "{% endif %}"
HIDING = f"""
{{%- set last = namespace(user=-1) %}}
{{%- for m in messages %}}
{{%- if m.role == 'user' %}}{{% set last.user = loop.index0 %}}{{% endif %}}
{{%- endfor %}}
{OPEN}
{{{{- '\\n' }}}}
{{%- if m.role == 'assistant' %}}
{{%- set thought = m.reasoning_content or '' %}}
{{%- set said = m.content %}}
{{%- if '</think>' in said %}}
{{%- set thought = said.split('</think>')[0].split('<think>')[-1].strip('\\n') %}}
{{%- set said = said.split('</think>')[-1].lstrip('\\n') %}}
{{%- endif %}}
{{%- if loop.index0 > last.user %}}{{{{ '<think>\\n' + thought + '\\n</think>\\n\\n' }}}}{{% endif %}}
{{{{- said }}}}{CALLS}
{{%- else %}}{{{{ m.content }}}}{{% endif %}}
{{{{- '' }}}}{CLOSE}"""
REFUSES_SYSTEM = """
{%- if messages[0].role == 'system' %}{{ raise_exception('No system here') }}{% endif %}
{{- '' }}"""
SYSTEM_LAST = """<s>
{%- for m in messages %}
{%- if m.role != 'system' %}<|{{ m.role }}|>
{% if loop.last and messages[0].role == 'system' %}{{ messages[0].content }}

{% endif %}{{ m.content }}<|end|>
{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}<|assistant|>
{% endif %}"""
ALTERNATES = """
{%- for m in messages %}
{%- if m.role == 'assistant' and (loop.first or loop.previtem.role in ('assistant', 'system')) %}
{{- raise_exception('Roles must alternate') }}
{%- endif %}
{%- endfor %}
{{- '' }}"""
NAMED = """
{%- for m in messages %}
{%- if m.role == 'tool' and not m.name %}{{ raise_exception('Results have names') }}{% endif %}
{%- endfor %}
{{- '' }}"""
TOOLS_LAST = """
{%- set last = namespace(user=0) %}
{%- for m in messages %}
{%- if m.role == 'user' %}{% set last.user = loop.index0 %}{% endif %}
{%- endfor %}
{%- for m in messages %}
{%- if tools and loop.index0 == last.user %}{{ '<tools>' + tools | tojson + '</tools>' }}{% endif %}
{{- '<|' + m.role + '|>' + m.content + '<|end|>' }}
{%- endfor %}
{%- if add_generation_prompt %}<|assistant|>{% endif %}"""
CALL_OR_TEXT = OPEN + "{% if m.tool_calls %}" + CALLS + "{% else %}{{ m.content }}{% endif %}" + CLOSE
NINE_LETTERS = (
    DEFINITIONS + OPEN + "{{ m.tool_call_id }}{{ m.content }}{% for c in m.tool_calls or [] %}"
    "{% if c.id | length != 9 %}{{ raise_exception('Ids have 9 letters') }}{% endif %}"
    "<call>{{ c.id }} {{ c.function.name }} {{ c.function.arguments | tojson }}</call>"
    "{% endfor %}" + CLOSE + "{% endif %}"
)  # fmt: skip
AS_TEXT = (
    OPEN + "{{ m.content }}{% for c in m.tool_calls or [] %}"
    "{{ '<call>' + c.function.name + ' ' + c.function.arguments + '</call>' }}"
    "{% endfor %}" + CLOSE + "{% endif %}"
)  # fmt: skip
BLOCKS = (
    OPEN + "{% if m.role == 'assistant' %}"
    "{% generation %}{{ m.content }}<|end|>{% endgeneration %}\n\n"
    "{% else %}{{ m.content }}<|end|>\n{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)  # fmt: skip
RETURNS = (
    OPEN + "{{ m.content }}"
    "{% if loop.last and m.role == 'assistant' %}<|return|>{% else %}<|end|>{% endif %}\n\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)  # fmt: skip
NEXT_ROLE = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}" + CALLS
    + "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)  # fmt: skip
TEMPLATES = {
    "plain": PLAIN,
    "tools": TOOLS,
    "hides thoughts": HIDING + "{% endif %}",
    "opens a thought": HIDING + "<think>\n{% endif %}",
    "cuts thoughts": OPEN + "{{ m.content.split('</think>')[-1] }}" + CLOSE + "<think>\n{% endif %}",
    "dated": "{{ strftime_now('%d %b %Y') }}\n" + PLAIN,
    "ends in the next role": NEXT_ROLE,
    "returns": RETURNS,
    "refuses system": REFUSES_SYSTEM + PLAIN,
    "system at the last question": SYSTEM_LAST,
    "alternates": ALTERNATES + TOOLS,
    "nine letters": NINE_LETTERS,
    "named results": NAMED + TOOLS,
    "tools at the last question": TOOLS_LAST,
    "a call or a text": CALL_OR_TEXT + "{% endif %}",
    "arguments as text": AS_TEXT,
    "blocks": BLOCKS,
    "needs a first message": "{{ '' if messages[0].role else '' }}" + PLAIN,
}
ENDS = {"ends in the next role": ("<|user|>", "<|tool|>"), "returns": ("<|return|>",)}
EMPTY_THOUGHT = {"opens a thought": "\n</think>\n\n", "hides thoughts": "<think>\n\n</think>\n\n"}
