"""
Every constraint of every request, asked of a running server.

The model that `mockets sdk-model` prints says what there is to ask: each member of each request, at
the place where it stands, gets values just inside and just outside of its pattern, its length and
its number of items, nothing at all where it is required, and JSON of other types. What is outside
must be complained of at its place and in the service's words, and what is inside must not be.
Python's regular expressions say which is which, apart from those of the server.
"""

import http.client
import json
import re
import unittest
import urllib.parse

import mockets_server
from mockets_server import API, ServerTest, run

# Values that lie at the edges of all patterns that are no lists of words.
POOL = (
    "", " ", "auto", "autos", "Auto", "0", "00", "9", "10", "99", "100", "999", "1000", "9999",
    "10000", "99999", "100000", "999999", "1000000", "-1", "+1", "1.", "1.0", "1.123", "1.1234",
    "1.12345", "1.123456", "99999.99999", ".5", "1,5", "1:00", "0:59.999", "59:59", "60:00",
    "23:59:59.999", "24:00:00", "+23:59:59", "-0:00", "--0:00", "99999.999", "+99999.999",
    "100.00000000000000000000", "100.000000000000000000000", "10%", "1000%", "1.00000%",
    "1.000000%", "9999px", "10000px", "px", "10 px", "1x1", "99999x99999", "100000x1", "1x100000",
    "1x", "a.png", "a.jpg", "a.jpeg", "a.gif", ".png", "\u00e9.png", "a\n.png", "a.PNG",
    "{count}", "a{count}b", "{resolution}", "{language}", "x-{language}", "{lang}", "a\n{count}",
    "AA==", "A===", "AAAA", "AAA=", "AAAAA", "A A=", "AA==\n",
    "01234567-89ab-CDEF-0123-456789abcdef", "0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcde", "g1234567-89ab-CDEF-0123-456789abcdef",
    "1111111111111-abcde1", "1111111111111-ABC_09", "111111111111-abcde1", "1111111111111-abcde",
    "1111111111111-abcde12", "1111111111111-abcd\u00e9", "1111111111111-abcde1\n",
    "\u0661111111111111-abcde1", "b", "a.b-c_d", "a/b", "b" * 255, "b" * 256, "\u00e9",
    "arn:aws:sns::123456789012:t", "arn:aws:sns:us-east-1:123456789012:t",
    "arn:aws:sns:us-east-1:12345678901:t", "arn:aws:sns::123456789012:", "arn:aws:sqs::1:t",
    "h.264", "H_264", "H.2645", "discretix-300", "discretix-30", "23x97", "29x97", "23.970",
)

# What the service has a sentence of its own for, and no pattern.
OTHER_TEXTS = {"role"}

# What the service insists on, though clients do not.
INSISTED_ON = r"(input|inputs\.1\.member)\.key|(output|outputs\.1\.member)\.(key|presetId)"

# What is not looked at in requests: only answers have it.
ANSWERS_ONLY = ".detectedProperties"

NOT_NULL = "Member must not be null"
AT_LEAST = "Member must have length greater than or equal to %d"
AT_MOST = "Member must have length less than or equal to %d"
PATTERN = "Member must satisfy regular expression pattern: %s"
SHOWN = 60  # letters of a value that the message shows at least, if it is longer


def words(pattern):
    """The words of "(^a$)|(^b$)", and each of them spoilt."""
    found = re.findall(r"\(\^([A-Za-z0-9.:-]+)\$\)", pattern.replace("\\.", "."))
    return [made for word in found for made in (word, word + "x", "x" + word, word[:-1])]


def camel(name):
    return name[0].lower() + name[1:]


class Model:
    """The requests of a service-2.json as a walk over their members."""

    def __init__(self, text):
        self.model = json.loads(text)
        self.operations = self.model["operations"]
        self.shapes = self.model["shapes"]

    def input(self, operation):
        return self.shapes[self.operations[operation]["input"]["shape"]]

    def members(self, operation):
        """(path, wrap, shape, required) of all members of a body; wrap makes a body of a value."""
        def walk(shape, path, wrap):
            kind = shape["type"]
            if kind == "structure":
                for name, member in shape["members"].items():
                    if "location" in member:
                        continue
                    inner = self.shapes[member["shape"]]
                    at = path + "." + camel(name) if path else camel(name)
                    put = (lambda value, name=name: wrap({name: value}))
                    yield at, put, inner, name in shape.get("required", ())
                    yield from walk(inner, at, put)
            elif kind == "list":
                inner = self.shapes[shape["member"]["shape"]]
                at, put = path + ".1.member", lambda value: wrap([value])
                yield at, put, inner, True
                yield from walk(inner, at, put)
        yield from walk(self.input(operation), "", lambda value: value)

    def parameters(self, operation):
        for name, member in self.input(operation)["members"].items():
            if "location" in member:
                yield name, member["location"], member["locationName"], self.shapes[member["shape"]]


def texts(shape):
    """(text, the constraints that it breaks) of a string shape."""
    least, most, pattern = shape.get("min", 0), shape.get("max"), shape.get("pattern")
    values = []
    if most:
        values += ["\u00e9" * most, "\u00e9" * (most + 1)]
        if pattern:
            values += ["a" * (most - 4) + ".png", "a" * (most - 3) + ".png"]
    if least:
        values += ["", "a" * least]
    if pattern:
        values += words(pattern) + list(POOL)
    for value in dict.fromkeys(values):
        broken = []
        if most and len(value) > most:
            broken.append(AT_MOST % most)
        if len(value) < least:
            broken.append(AT_LEAST % least)
        if pattern and not re.compile(pattern, re.ASCII).fullmatch(value):
            broken.append(PATTERN % pattern)
        yield value, broken


class ConstraintTest(ServerTest):
    flags = ("--strict",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.model = Model(run("sdk-model", "botocore").stdout)
        cls.connection = http.client.HTTPConnection(*cls.server.address, timeout=60)
        cls.addClassCleanup(cls.connection.close)
        cls.asked = 0

    def ask(self, operation, body=None, **parameters):
        """Send; return the exception and the message of a fault, or None and ""."""
        how = self.model.operations[operation]["http"]
        path = how["requestUri"]
        query = {}
        for name, location, wire, _ in self.model.parameters(operation):
            value = parameters.get(name, "1111111111111-abcde1")
            if location == "uri":
                path = path.replace("{%s}" % wire, urllib.parse.quote(value, safe=""))
            elif name in parameters:
                query[wire] = value
        if query:
            path += "?" + urllib.parse.urlencode(query)
        type(self).asked += 1
        self.connection.request(how["method"], path, None if body is None else json.dumps(body))
        answer = self.connection.getresponse()
        text = json.loads(answer.read())
        self.assertLess(answer.status, 500, text)
        return answer.headers["x-amzn-ErrorType"], text.get("message") or text.get("Message") or ""

    def check(self, message, path, value, broken):
        """The message tells of what is broken at the path, and of nothing else there."""
        told = set(re.findall(r"Value (?:null|'(?:[^']|\n)*?') at '%s' failed to satisfy constraint: "
                              r"(.*?)(?=; Value |$)" % re.escape(path), message, re.DOTALL))
        self.assertEqual(told, set(broken), (path, value, message))
        for constraint in broken:
            shown = "null" if value is None else "'%s" % value[:SHOWN]
            self.assertIn("Value " + shown, message)
        if broken:
            count = message.count(" failed to satisfy constraint: ")
            self.assertTrue(message.startswith("%d validation error%s detected: Value " % (
                count, "" if count == 1 else "s")), message)

    def bodies(self):
        for operation in self.model.operations:
            for path, *more in self.model.members(operation):
                if ANSWERS_ONLY not in path:
                    yield (operation, path, *more)

    def test_strings(self):
        """Patterns and lengths."""
        seen = set()
        for operation, path, wrap, shape, _ in self.bodies():
            if shape["type"] != "string":
                continue
            with self.subTest(operation + " " + path):
                pattern = None if path in OTHER_TEXTS else shape.get("pattern")
                limits = {**shape, "pattern": pattern}
                kinds = set()
                for value, broken in texts(limits):
                    kind = tuple(broken)
                    if pattern in seen and kind in kinds:
                        continue
                    kinds.add(kind)
                    exception, message = self.ask(operation, wrap(value))
                    self.check(message, path, value, broken)
                    if broken:
                        self.assertEqual(exception, "ValidationException")
                if pattern or shape.get("max"):
                    self.assertIn((), kinds, "no value that is right")
                    self.assertGreater(len(kinds), 1, "no value that is wrong")
                seen.add(pattern)
        self.assertGreater(len(seen), 40)

    def test_numbers_of_items(self):
        found = 0
        for operation, path, wrap, shape, _ in self.bodies():
            if shape["type"] not in ("list", "map") or "max" not in shape:
                continue
            with self.subTest(operation + " " + path):
                most, found = shape["max"], found + 1
                for count in (0, most, most + 1):
                    if shape["type"] == "map":
                        value = {"k%d" % i: "v" for i in range(count)}
                    else:
                        inner = self.model.shapes[shape["member"]["shape"]]
                        value = [{} if inner["type"] == "structure" else "x"] * count
                    _, message = self.ask(operation, wrap(value))
                    told = "at '%s' failed to satisfy constraint: %s" % (path, AT_MOST % most)
                    # of very many complaints only so many fit; this one comes first
                    self.assertEqual(told in message, count > most, message[:300])
        self.assertGreater(found, 12)

    def test_what_is_required(self):
        found = 0
        for operation, path, wrap, shape, required in self.bodies():
            item = path.endswith(".member")
            with self.subTest(operation + " " + path):
                _, message = self.ask(operation, wrap(None))
                null = "Value null at '%s' failed to satisfy constraint: %s" % (path, NOT_NULL)
                if item and shape["type"] == "structure":
                    continue  # null is an object without members
                required = required or bool(re.fullmatch(INSISTED_ON, path))
                self.assertEqual(null in message, required, message)
                found += required
        self.assertGreater(found, 20)

    def test_other_types(self):
        """JSON of the wrong type is refused before anything is looked at."""
        number, boolean = "NUMBER_VALUE", "TRUE_VALUE"
        structure = "Start of structure or map found where not expected."
        list_ = "Start of list found where not expected."
        no_string = " can not be converted to a String"
        wrong = {
            "string": ((7, number + no_string), (True, boolean + no_string), ({}, structure),
                       ([], list_)),
            "list": (({}, "Expected list or null"), ("x", "Expected list or null"),
                     (7, "Expected list or null")),
            "structure": (([], list_), ("x", "Expected structure or map, or null"),
                          (7, "Expected structure or map, or null")),
            "map": (([], list_), ("x", "Expected structure or map, or null"),
                    ({"k": 7}, number + no_string), ({"k": {}}, structure)),
        }
        for operation, path, wrap, shape, _ in self.bodies():
            with self.subTest(operation + " " + path):
                for value, text in wrong[shape["type"]]:
                    self.assertEqual(self.ask(operation, wrap(value)),
                                     ("SerializationException", text))

    def test_answers_only(self):
        """What only answers have may hold anything in a request."""
        for value in ([], "x", {"Width": "x"}, {"FrameRate": 7}):
            exception, message = self.ask("CreateJob", {"Input": {"DetectedProperties": value}})
            self.assertEqual(exception, "ValidationException")
            self.assertNotIn("detectedProperties", message)

    def test_path_and_body_in_one_message(self):
        status = PATTERN % "(^Active$)|(^Paused$)"
        exception, message = self.ask("UpdatePipelineStatus", {"Status": "x"}, Id="fake")
        self.assertEqual((exception, message), (
            "ValidationException",
            "2 validation errors detected: Value 'fake' at 'id' failed to satisfy constraint: %s; "
            "Value 'x' at 'status' failed to satisfy constraint: %s" % (
                PATTERN % r"^\d{13}-\w{6}$", status)))
        # JSON that cannot be read comes before both
        self.assertEqual(self.ask("UpdatePipelineStatus", [], Id="fake")[0],
                         "SerializationException")

    def test_members_that_nobody_knows(self):
        for operation, path, wrap, shape, _ in self.bodies():
            if shape["type"] == "structure":
                with self.subTest(operation + " " + path):
                    plain = self.ask(operation, wrap({}))
                    self.assertEqual(self.ask(operation, wrap({"Unknown": {"a": [1, None]}})), plain)

    def test_parameters(self):
        """What stands in paths and queries."""
        found = 0
        for operation in self.model.operations:
            for name, location, _, shape in self.model.parameters(operation):
                with self.subTest(operation + " " + name):
                    method = self.model.operations[operation]["http"]["method"]
                    body = {} if method in ("POST", "PUT") else None
                    for value, broken in texts(shape):
                        if location == "querystring" and not value:
                            continue
                        exception, message = self.ask(operation, body, **{name: value})
                        self.check(message, camel(name), value, broken)
                        found += 1
                        if broken:
                            self.assertEqual(exception, "ValidationException")
        self.assertGreater(found, 500)


if __name__ == "__main__":
    mockets_server.main()
