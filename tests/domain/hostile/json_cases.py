"""JSON values, good and bad, byte by byte: y_ must be accepted, n_ refused, i_ may be either."""

Case = tuple[str, bytes, str]

SYNTAX, NUL, UTF8, NUMBER, TWICE, DEEP = (
    "json.syntax", "encoding.nul", "encoding.not_utf8", "json.non_finite_number", "json.duplicate_key",
    "json.too_deep",
)  # fmt: skip


def _all(begin: str, codes: str, values: list[bytes]) -> list[Case]:
    """Cases named by what they are; very long ones by their first bytes."""
    return [(f"{begin}_{value[:32].decode('latin-1')!a}_{len(value)}", value, codes) for value in values]


NUMBERS: list[Case] = [
    *_all("y_number", "", [
        b"0", b"-0", b"0.0", b"-0.0", b"1e5", b"1E5", b"1e+5", b"1E-5", b"0e1", b"0e+1", b"-1.5e-300",
        b"1e-400", b"1e-999999999", b"9007199254740993", b"9223372036854775807", b"9223372036854775808",
        b"-9223372036854775808", b"-9223372036854775809", b"18446744073709551615", b"18446744073709551616",
        b"1e308", b"1.7976931348623157e308", b"9" * 100, b"-" + b"9" * 300, b"0." + b"1" * 5000, b"4.9e-324",
        b"1" + b"0" * 400 + b"e-400", b"0." + b"0" * 400 + b"1e401", b"123456789012345678901234567890.5",
    ]),
    *_all("n_number", SYNTAX, [
        b"01", b"-01", b"00", b"-00.5", b"01e5", b"+1", b"++1", b".5", b"-.5", b"1.", b"-1.", b"1.e5", b"1e",
        b"1e+", b"1eE2", b"2e0.5", b"0e", b"0x10", b"0b1", b"0o7", b"1_000", b"1,000", b"1 000", b"1'000",
        b"--1", b"-", b"- 1", b"0.1.2", b"1f", b"1L", b"1n", b"1/2", b"1e1000000,5.", b"Inf", b"inf", b"nan",
        b"-NaN", b"+Infinity", b"-Inf", b"infinity", b"NaN1", b"1NaN", b"\xef\xbc\x91", b"\xd9\xa3",
        b"\xc2\xb2", b"1\xe2\x82\xac", b"\xe2\x88\x921", b"-" + b"0" * 400, b"0" * 5000, b"1" * 5000 + b".",
    ]),
    *_all("n_number", NUMBER, [
        b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1e400", b"1E+400", b"1e999999999", b"1e309",
        b"1.7976931348623159e308", b"-1.7976931348623159e308", b"1" + b"0" * 400, b"-1" + b"0" * 400,
        b"9" * 309, b"9" * 5000, b"-" + b"9" * 5000, b"1" * 400 + b".5", b"0." + b"1" * 10 + b"e400",
        b"[1,[2,NaN]]", b'{"a":[{"b":-1e400}]}', b'{"a":Infinity}',
    ]),
]  # fmt: skip

STRINGS: list[Case] = [
    *_all("y_string", "", [
        b'""', b'"\\""', b'"\\\\"', b'"\\/"', b'"\\b\\f\\n\\r\\t"', b'"\\u00e9\\u00E9"', b'"\\uD834\\uDD1E"',
        b'"\\ud83d\\ude00"', b'"\\uD83D\\ude00"', b'"\\uFFFF\\uFFFE"', b'"\xef\xbf\xbe\xef\xbf\xbf"',
        b'"\\uE000\\uD7FF"', b'"\xee\x80\x80\xed\x9f\xbf"', b'"\xe2\x80\xa8\xe2\x80\xa9"', b'"\x7f"',
        b'"\xc2\x80\xc2\x9f\xc2\xa0"', b'"\xf0\x9f\x98\x80"', b'"\xf4\x8f\xbf\xbf"', b'"e\xcc\x81"',
        b'"\xef\xbb\xbf"', b'"\xe2\x80\xae"', b'"\\u0001\\u001f"', b'"\\u0022:\\u005C"', b'"\\\\u0000"',
        b'"\\\\ud800"', b'"\\\\\\u0041"', b'"a\\":"', b'"\\":\\":\\":"', b'"\\\\\\":"',
        b'"{\\"a\\":1,\\"a\\":2}"', b'"//"', b'"/* */"', b"\"'\"", b'"NaN,1e400,Infinity"', b'"[1,]"',
        b'"\\\\\\\\"', b'"\\u005c\\u005c"', b'"' + b"[" * 500 + b'"', b'"\\"' + b"{[" * 300 + b'"',
        b'"' + b"y" * 20_000 + b'"', b'"' + b"\\n" * 9000 + b'"', b'"' + b"\\\\" * 501 + b'"',
        b'"\\u0061\\u0062"', b'"\\uD83D\\uDE00\\uD83D\\uDE00"', b'"1e400"',
    ]),
    *_all("n_string", SYNTAX, [
        b'"\\ud800"', b'"\\uDBFF"', b'"\\udc00"', b'"\\uDFFF"', b'"\\ude00\\ud83d"', b'"\\ud800\\ud800"',
        b'"\\ud83dx"', b'"\\ud83d\\u0041"', b'"\\ud83d\\\\ude00"', b'"\\ud83d\\n"',
        b'"x\\ud83d\\ude00\\ud83d"', b'"\\ud83d \\ude00"', b'["\\ud800"]', b'{"\\ud800":1}',
        b'{"a":{"b\\udc00":1}}', b'"a\tb"', b'"a\x01b"', b'"a\x1fb"', b'"\x1b[0m"', b'"a\rb"', b'"\x08"',
        b'{"a\tb":1}', b'"\\x41"', b'"\\a"', b'"\\\'"', b'"\\0"', b'"\\v"', b'"\\e"', b'"\\U0001F600"',
        b'"\\u12"', b'"\\u"', b'"\\u12G4"', b'"\\u 123"', b'"\\u+123"', b'"\\u-123"', b'"\\u0x41"',
        b'"\\u{1F600}"', b'"\\ud83d\\u"', b'"\\ud83d\\ude0"', b'"\\ "', b'"\\\xc3\xa9"', b'"\\\t"', b'"abc',
        b'"abc\\"', b'"abc\\', b'"\\\\\\"', b"'a'", b"`a`", b"\xe2\x80\x9ca\xe2\x80\x9d", b'""a""',
        b'"a" "b"', b"a", b"b'a'", b'r"a"', b'\\"a\\"', b'"\\u\xef\xbc\x91234"',
    ]),
    *_all("n_string", NUL, [
        b'"\\u0000"', b'"a\\u0000b"', b'["\\u0000"]', b'{"a":"\\u0000"}', b'{"\\u0000":1}',
        b'{"a\\u0000":{}}', b'"\x00"', b'"a\x00b"', b'{"a\x00":1}', b'"\\\\\\u0000"', b'"\\u0000\\u0000"',
    ]),
    *_all("n_utf8", UTF8, [
        b'"\x80"', b'"\xbf"', b'"\xc0\xaf"', b'"\xc0\x80"', b'"\xc1\xbf"', b'"\xc3"', b'"\xe2\x82"',
        b'"\xe2"', b'"\xe0\x80\xaf"', b'"\xe0\x9f\xbf"', b'"\xf0\x80\x80\xaf"', b'"\xf0\x8f\xbf\xbf"',
        b'"\xf0\x9f\x98"', b'"\xf0\x9f"', b'"\xed\xa0\x80"', b'"\xed\xbf\xbf"', b'"\xed\xa0\xbd\xed\xb8\x80"',
        b'"\xf4\x90\x80\x80"', b'"\xf5\x80\x80\x80"', b'"\xf8\x88\x80\x80\x80"',
        b'"\xfc\x84\x80\x80\x80\x80"', b'"\xfe"', b'"\xff"', b'"caf\xe9"', b'{"\xff":1}', b'{"a":["\xfe"]}',
        b'{"a\xe9":{"b":1}}', b'"\xef\xbb"', b'"\xe4\xb8\\n"',
    ]),
]  # fmt: skip

STRUCTURES: list[Case] = [
    *_all("y_value", "", [
        b"true", b"false", b"null", b"[]", b"{}", b"[[]]", b"[{}]", b'{"":0}', b'{"":{"":{"":0}}}',
        b'[null,null]', b'{"a":{"a":{"a":1}}}', b'[{"a":1},{"a":2}]', b'{"a":"b","b":"a"}', b'{"a\\":":1}',
        b'{"a\\":":1,"b":2}', b'{"k\\\\":1}', b'{"k\\\\":1,"l\\\\":2}', b'{"A":1,"a":2}',
        b'{"\xc3\xa9":1,"e\xcc\x81":2}', b'{"a":1,"a ":2}', b'{"\\u0061":1,"b":2}', b'{"1":1,"01":2,"1.0":3}',
        b'{"' + b"k" * 20_000 + b'":1}', b"[" + b"[]," * 900 + b"[]]", b"[" + b'{"a":1},' * 900 + b'{"a":1}]',
        b" [ 1 , 2 ] ", b'\t{\t"a"\t:\t1\t}\t', b'\r{\r"a":1\r}\r', b'{ "a" : 1 }', b"[" * 50 + b"]" * 50,
        b'{"a":' * 50 + b"1" + b"}" * 50, b'{"__proto__":{"__class__":1}}', b'{"$ref":"#"}',
        b'{"prompt":1,"messages":2,"_meta":3}', b'[true,false,null,"",0,-0.5e1,[],{}]', b'{"\\"":1,"\\\\":2}',
    ]),
    *_all("n_structure", SYNTAX, [
        b"", b" ", b",", b"[1,]", b"[,1]", b"[1,,2]", b"[,]", b"[1 2]", b"[1;2]", b"[1:2]", b"[", b"]", b"{",
        b"}", b"[}", b"{]", b"[[]", b"[]]", b"{}}", b"{{}}", b'{"a":1,}', b'{,"a":1}', b"{,}", b'{"a"}',
        b'{"a":}', b'{"a" 1}', b'{"a"::1}', b'{"a":1 "b":2}', b'{"a":1;"b":2}', b'{"a"=1}', b"{a:1}",
        b"{'a':1}", b"{1:1}", b"{null:1}", b"{[]:1}", b'{"a":1,,"b":2}', b'["a":1]', b'{"a","b"}', b'{"a":1',
        b'{"a":', b'{"a', b"[1", b"True", b"TRUE", b"tru", b"truee", b"nulll", b"nul", b"None", b"nil",
        b"undefined", b"NULL", b"1//c", b"1/*c*/", b"/*c*/1", b"1#c", b"#", b"<a/>", b"&a 1", b"*a",
        b"!!str a", b"(1)", b"${a}", b"{{a}}", b"...", b"[...]", b"\xe2\x80\xa6", b"@1", b"\x0c1", b"\x0b1",
        b"1\x0c", b"\xc2\xa01", b"1\xc2\xa0", b"\xe2\x80\xa81", b"\xe2\x80\xa91", b"\xe3\x80\x801",
        b"\xef\xbb\xbf1", b"1\xef\xbb\xbf", b"\xc2\x851", b"\xe2\x80\x8b1", b"\x011", b"\x1b1", b"\x7f1",
        b"\x1e1", b"{}{}", b"[][]", b"1 1", b'{"a":1}{"a":1}', b'{"a":1}\r{"a":1}', b"null null", b"\\n",
        b"\\u0031", b"1\\",
    ]),
    *_all("n_structure", f"{UTF8} {SYNTAX}", [
        b"\xff", b"1\xff", b"\xc3(", b"\xe91", b"[\xfe]", b'{"a"\x80:1}',
    ]),
    *_all("n_structure", f"{NUL} {SYNTAX}", [b"\x00", b"1\x00", b"\x001", b"[\x00]", b'{"a"\x00:1}']),
    *_all("y_duplicate", TWICE, [
        b'{"a":1,"a":1}', b'{"a":1,"a":2,"a":3}', b'{"a":1,"\\u0061":2}', b'{"\xc3\xa9":1,"\\u00e9":2}',
        b'{"\xf0\x9f\x98\x80":1,"\\ud83d\\ude00":2}', b'{"a":{"b":1,"b":2}}', b'[{"c":1,"c":1}]',
        b'{"":1,"":2}', b'{"a" :1,"a" :2}', b'{"a":1,"a" :2}', b'{"a"\t:1,"a"\r:2}', b'{ "a": 1, "a": 2 }',
        b'{"k\\\\":1,"b":1,"b":2}', b'{"k\\\\":1,"k\\\\":2}', b'{"s":"\\":","b":1,"b":2}',
        b'{"s":"\\\\","b":1,"b":2}', b'{"a\\":":1,"a\\":":2}', b'{"a\\"":1,"a\\u0022":2}',
        b'{"a/b":1,"a\\/b":2}', b'{"a":[],"a":{}}', b'{"a":null,"b":{},"a":null}',
        b'{"' + b"k" * 2000 + b'":1,"' + b"k" * 2000 + b'":2}', b'[[[[{"a":[{"b":1,"b":[]}]}]]]]',
        b'{"a":{},"a":{"b":1}}',
    ]),
    *_all("y_duplicate", f"{TWICE} {TWICE}", [
        b'{"a":1,"a":{"b":1,"b":2}}', b'[{"a":1,"a":2},{"a":1,"a":2}]', b'{"a":{"b":1,"b":2},"a":1}',
    ]),
    *_all("n_duplicate", f"{TWICE} {NUMBER}", [b'{"a":NaN,"a":1}', b'{"a":[1e400],"a":1}']),
    *_all("n_duplicate", f"{NUL} {TWICE}", [b'{"a":"\\u0000","a":1}']),
    *_all("n_duplicate", f"{TWICE} {SYNTAX}", [b'{"a":"\\ud800","a":1}']),
]  # fmt: skip

VALUES = [*NUMBERS, *STRINGS, *STRUCTURES]

# whole lines; R stands for a record without a fault
LINES: list[Case] = [
    ("y_blank_before", b" \t\r R", ""),
    ("y_blank_behind", b"R \t\r ", ""),
    ("y_carriage_return_behind", b"R\r\r\r", ""),
    ("n_two_records", b"RR", SYNTAX),
    ("n_two_records_by_comma", b"R,R", SYNTAX),
    ("n_two_records_by_carriage_return", b"R\rR", SYNTAX),
    ("n_two_records_by_form_feed", b"R\x0cR", SYNTAX),
    ("n_two_records_by_line_separator", b"R\xe2\x80\xa8R", SYNTAX),
    ("n_two_records_by_escaped_line_feed", b"R\\nR", SYNTAX),
    ("y_record_separator_before", b"\x1eR", "encoding.invisible"),
    ("y_comma_behind", b"R,", "line.comma"),
    ("y_comma_before", b",R", "line.comma"),
    ("n_bracket_before", b"[R", SYNTAX),
    ("n_bracket_and_comma", b"[R,", SYNTAX),
    ("n_bracket_behind", b"R]", SYNTAX),
    ("n_brace_behind", b"R}", SYNTAX),
    ("n_braces_around", b"{R}", SYNTAX),
    ("n_semicolon_behind", b"R;", SYNTAX),
    ("n_text_before", b"xR", SYNTAX),
    ("n_text_behind", b"Rx", SYNTAX),
    ("n_number_before", b"1. R", SYNTAX),
    ("n_comment_behind", b"R // c", SYNTAX),
    ("n_comment_line", b"# c", SYNTAX),
    ("n_server_event", b"data: R", SYNTAX),
    ("y_mark_in_the_middle", b"\xef\xbb\xbfR", "encoding.invisible"),
    ("y_mark_behind", b"R\xef\xbb\xbf", "encoding.invisible"),
    ("y_no_break_space_before", b"\xc2\xa0R", "encoding.invisible"),
    ("i_no_break_space_alone", b"\xc2\xa0", "encoding.invisible line.blank"),
    ("y_end_of_file_mark_behind", b"R\x1a", "encoding.invisible"),
    ("n_form_feed_before", b"\x0cR", SYNTAX),
    ("y_zero_width_space_behind", b"R\xe2\x80\x8b", "encoding.invisible"),
    ("n_nul_behind", b"R\x00", f"{NUL} {SYNTAX}"),
    ("n_nul_alone", b"\x00", f"{NUL} {SYNTAX}"),
    ("n_stray_byte_behind", b"R\xff", f"{UTF8} {SYNTAX}"),
    ("n_table_row", b"prompt,completion", SYNTAX),
    ("n_markup", b"<record/>", SYNTAX),
    ("n_single_quotes", b"{'prompt': 'a', 'completion': 'b'}", SYNTAX),
    ("n_names_without_quotes", b'{prompt: "a", completion: "b"}', SYNTAX),
    ("n_assignment", b"prompt: a", SYNTAX),
    ("n_list_around", b"[R]", "record.not_object"),
    ("n_list_of_two", b"[R,R]", "record.not_object"),
    ("n_true", b"true", "record.not_object"),
    ("n_null", b"null", "record.not_object"),
    ("n_text", b'"text"', "record.not_object"),
    ("n_number", b"-0.5", "record.not_object"),
    ("n_empty_list", b"[]", "record.not_object"),
    ("n_empty_object", b"{}", "record.unknown_shape"),
    ("n_record_inside_an_object", b'{"wrapper":R}', "record.unknown_shape"),
    ("i_form_feed_alone", b"\x0c", "line.blank"),
    ("i_vertical_tab_alone", b"\x0b", "line.blank"),
]
