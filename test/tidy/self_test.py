#!/usr/bin/python3
"""The rules, tested: each bad snippet is caught, each good one passes."""

import unittest

import cpp_text
import rules

# Spelt in parts, so that the tree's own check passes over this file.
UNDONE = "TO" + "DO"
MACHINE = "/wor" + "k/tree"

# (path, text, part of the message)
BAD = [
    ("common/base/a.cpp", '#include "common/http/message.hpp"\n', "must not include common/http"),
    ("common/key/a.hpp", '#pragma once\n#include "common/http/message.hpp"\n', "must not include"),
    ("common/io/a.cpp", '#include "common/net/loop.hpp"\n', "must not include common/net"),
    ("common/net/a.cpp", '#include "common/wire/ticket.hpp"\n', "must not include common/wire"),
    ("common/http/a.cpp", '#include "master/index.hpp"\n', "must not include master"),
    ("master/a.cpp", '#include "volume/disk.hpp"\n', "must not include volume"),
    ("volume/a.cpp", '#include "master/index.hpp"\n', "must not include master"),
    ("master/a.cpp", '#include "cli/output.hpp"\n', "must not include cli"),
    ("master/a.cpp", '#include "../common/base/hex.hpp"\n', "full path"),
    ("master/a.cpp", '#include "index.hpp"\n', "full path"),
    ("master/commit.cpp", "#include <rocksdb/db.h>\n", "index seam"),
    ("master/index.hpp", "#pragma once\n#include <rocksdb/db.h>\n", "index seam"),
    ("common/wire/a.cpp", "#include <openssl/md5.h>\n", "digest.hpp"),
    ("volume/a.cpp", "#include <xxhash.h>\n", "digest.hpp"),
    ("common/net/a.cpp", "#include <boost/beast/http.hpp>\n", "message.hpp"),
    ("common/wire/a.hpp", "#pragma once\n#include <boost/json.hpp>\n", "no JSON in headers"),
    ("master/a.cpp", "#include <toml++/toml.h>\n", "settings.hpp"),
    ("common/http/a.cpp", "#include <unistd.h>\n", "pure room"),
    ("common/key/a.cpp", "#include <boost/asio/ip/tcp.hpp>\n", "pure room"),
    ("common/base/a.cpp", "#include <sys/stat.h>\n", "pure room"),
    ("common/config/a.cpp", "#include <fcntl.h>\n", "pure room"),
    ("common/base/hex.cpp", '#include <string>\n#include "common/base/hex.hpp"\n', "first include"),
    ("common/base/a.hpp", "namespace smol {}\n", "#pragma once"),
    ("common/base/a.hpp", "#pragma once\nusing namespace std;\n", "using namespace"),
    ("common/base/a.cpp", "#include <iostream>\n", "<iostream>"),
    ("master/a.cpp", "int " + "x" * 100 + ";\n", "columns"),
    ("master/a.cpp", "int a;\n" * 401, "hard stop is 400"),
    ("master/a.cpp", "void f()\n{\n" + "    g();\n" * 70 + "}\n", "hard stop is 70"),
    ("master/a.cpp", "task<void> c::f(int a, b<int> c) const\n{\n" + "    g();\n" * 70 + "}\n", "stop is 70"),
    ("master/a.cpp", "co_spawn(home, f(), asio::detached);\n", "net::spawn"),
    ("master/a.cpp", "auto n = atoi(text);\n", "base/parse.hpp"),
    ("master/a.cpp", "auto n = std::stoi(text);\n", "base/parse.hpp"),
    ("master/a.cpp", "auto n = std::strtoull(text, nullptr, 10);\n", "base/parse.hpp"),
    ("master/a.cpp", 'sscanf(text, "%d", &n);\n', "base/parse.hpp"),
    ("master/a.cpp", "void f()\n{\n    try\n    {\n    }\n    catch (...)\n    {\n    }\n}\n", "swallowed"),
    ("master/a.cpp", "    (void)ec;\n", "ignored error"),
    ("master/a.cpp", "auto self = shared_from_this();\n", "move ownership"),
    ("master/a.cpp", "auto* p = new thing(1);\n", "make_unique"),
    ("master/a.cpp", "void f() { delete p; }\n", "make_unique"),
    ("test/unit/a_test.cpp", "std::this_thread::sleep_for(1s);\n", "wait for the event"),
    ("volume/a.cpp", "std::ifstream in(path);\n", "file.hpp"),
    ("master/a.cpp", 'auto* p = std::getenv("PORT");\n', "settings"),
    ("master/a.cpp", "out << std::endl;\n", "flush"),
    ("master/a.cpp", "auto f = [&]() -> task<void> { co_await g(); };\n", "capturing lambda"),
    ("master/a.cpp", "auto f = [this, x](int a) -> task<void>\n{\n    co_return;\n};\n", "capturing lambda"),
    ("master/a.cpp", "spawn(home, [self]() mutable -> task<int> { co_return 1; }());\n", "capturing lambda"),
    ("master/a.cpp", "auto x = f(co_await a(), co_await b());\n", "two co_await"),
    ("master/a.cpp", "auto x = co_await f(a ? b : c);\n", "choose before"),
    ("master/a.cpp", "auto x = a ? co_await f() : 0;\n", "choose before"),
    ("master/a.cpp", "auto x = co_await f(thing{a, b});\n", "braces"),
    ("master/a.cpp", "auto x = co_await f({a, b}, c);\n", "braces"),
    ("master/a.cpp", "auto x = co_await thing{a}.run();\n", "braces"),
    (
        "master/a.cpp",
        "task<int> f()\n{\n    auto n = ::read(fd, p, 1);\n    co_return n;\n}\n",
        "system call in a coroutine",
    ),
    ("master/a.cpp", "task<int> f()\n{\n    co_await g();\n    co_return errno;\n}\n", "system call"),
    ("test/unit/a_test.cpp", 'TEST_CASE("works", "[.]")\n', "switched-off"),
    ("common/base/utils.hpp", "#pragma once\n", "says nothing"),
    ("master/impl.ipp", "", None),
    ("master/a.cpp", f"// {UNDONE}: later\n", "write it into an issue"),
    ("docs/A.md", f"{UNDONE}\n", "write it into an issue"),
    ("scripts/run", f"cd {MACHINE}\n", "development machine"),
]

# (path, text): nothing may be found.
GOOD = [
    ("common/wire/a.cpp", '#include "common/http/message.hpp"\n#include "common/base/hex.hpp"\n'),
    ("common/net/a.cpp", '#include "common/io/pipe.hpp"\n'),
    ("master/a.cpp", '#include "common/wire/ticket.hpp"\n#include "master/index.hpp"\n'),
    ("cli/dev.cpp", '#include "master/server.hpp"\n#include "volume/server.hpp"\n'),
    ("master/rocks_index.cpp", "#include <rocksdb/db.h>\n"),
    ("common/base/digest.cpp", '#include "common/base/digest.hpp"\n\n#include <openssl/evp.h>\n#include <xxhash.h>\n'),
    ("common/http/message_parse.cpp", "#include <boost/beast/http/parser.hpp>\n"),
    ("common/wire/messages.cpp", "#include <boost/json.hpp>\n"),
    ("common/wire/json_members.hpp", "#pragma once\n#include <boost/json/fwd.hpp>\n"),
    ("test/unit/a_test.cpp", "co_spawn(home, f(), asio::detached);\n"),
    ("master/a.cpp", "// never detached, never atoi(): both in a comment\n"),
    ("master/a.cpp", 'auto text = "new thing(); co_await a ? b : c";\n'),
    ("master/a.cpp", 'auto text = R"(catch (...) {})";\n'),
    ("master/a.cpp", "thing(const thing&) = delete;\nvoid f() = delete;\n"),
    ("master/a.cpp", "void f()\n{\n" + "    g();\n" * 60 + "}\n\nvoid h()\n{\n" + "    g();\n" * 60 + "}\n"),
    ("master/a.cpp", "namespace smol {\n" + "int a;\n" * 80 + "}\n"),
    ("master/a.hpp", "#pragma once\nclass a\n{\n" + "    int b() const;\n" * 80 + "};\n"),
    ("master/a.cpp", "task<void> f()\n{\n    if (co_await g())\n    {\n        h(a ? b : c);\n    }\n}\n"),
    ("master/a.cpp", "auto x = co_await offload(pool, [&] { return a ? b : c; });\n"),
    ("master/a.cpp", "auto f = [&] { return [] { return 1; }(); };\nint g()\n{\n    return a[1];\n}\n"),
    ("master/a.cpp", "co_await one.refuse(errc::not_found, {}, key);\n"),
    ("master/a.cpp", "auto f = []() -> task<void> { co_return; };\n"),
    ("master/a.cpp", "for (;;)\n{\n    auto x = co_await f();\n    auto y = co_await g();\n}\n"),
    ("master/a.cpp", "[[nodiscard]] task<void> f()\n{\n    co_return;\n}\n"),
    ("common/io/a.cpp", "int f()\n{\n    return ::read(fd, p, 1) < 0 ? errno : 0;\n}\n"),
    ("master/a.cpp", "task<int> f()\n{\n    co_await g();\n    co_return smol::parse(a);\n}\n"),
    ("master/main.cpp", "#include <iostream>\n"),
    ("master/a.cpp", "auto million = 1'000'000;\nauto letter = '\"';\nauto other = 1'0;\n"),
]


class Rules(unittest.TestCase):
    def test_each_bad_snippet_is_caught(self):
        for path, text, part in BAD:
            with self.subTest(path=path, text=text[:80]):
                found = [what for _, what in rules.check_text(path, text)]
                if path.endswith(".ipp"):
                    found = [what for _, what in rules.names(path, text)]
                self.assertTrue(any((part or "") in what for what in found), f"found only {found}")

    def test_each_good_snippet_passes(self):
        for path, text in GOOD:
            with self.subTest(path=path, text=text[:80]):
                self.assertEqual(list(rules.check_text(path, text)), [])

    def test_long_headers_are_a_warning(self):
        self.assertTrue(list(rules.warnings("common/a/b.hpp", "//\n" * 151)))
        self.assertFalse(list(rules.warnings("common/a/b.hpp", "//\n" * 150)))


class Tree(unittest.TestCase):
    def found(self, rule, files):
        return [(path, what) for path, _, what in rule(sorted(files), files.__getitem__)]

    def test_a_source_that_no_list_names_is_found(self):
        files = {
            "CMakeLists.txt": "",
            "master/CMakeLists.txt": "add_library(a\n    jobs/b.cpp\n    ab.cpp)\n",
            "master/ab.cpp": "",
            "master/b.cpp": "",
            "master/jobs/b.cpp": "",
        }
        self.assertEqual([path for path, _ in self.found(rules.unlisted_sources, files)], ["master/b.cpp"])

    def test_a_unit_test_without_a_source_is_found(self):
        files = {
            "common/key/key_path.cpp": "",
            "common/base/bytes.hpp": "",
            "test/unit/common/key/key_path_test.cpp": "",
            "test/unit/common/key/key_path_limits_test.cpp": "",
            "test/unit/common/base/bytes_test.cpp": "",
            "test/unit/common/key/key_pathless_test.cpp": "",
        }
        found = [path for path, _ in self.found(rules.homeless_tests, files)]
        self.assertEqual(found, ["test/unit/common/key/key_pathless_test.cpp"])

    def test_links_that_lead_nowhere_are_found(self):
        files = {
            "README.md": "[a](docs/A.md) [b](docs/B.md) [c](docs/A.md#two-words) [d](docs/A.md#none)"
            " [e](https://example.org/x) [f](#top) `master/a.cpp` `master/gone.cpp`\n# Top\n```\n[g](docs/G.md)\n```\n",
            "docs/A.md": "# Two words\n[up](../README.md) [gone](README.md)\n",
            "master/a.cpp": "// see docs/A.md and docs/Z.md\n",
        }
        found = [what for _, what in self.found(rules.broken_links, files)]
        self.assertEqual(len(found), 5, found)
        for part in ("master/gone.cpp", "docs/B.md", "no such heading", "docs/README.md", "docs/Z.md"):
            self.assertTrue(any(part in what for what in found), part)


class Text(unittest.TestCase):
    def test_blank_keeps_length_and_lines(self):
        text = 'a; // b\n/* c\nd */ "e\\"f" \'g\' R"x(h\n)x" 1\'000;\n'
        code = cpp_text.blank(text)
        self.assertEqual(len(code), len(text))
        self.assertEqual(code.count("\n"), text.count("\n"))
        for letter in "bcdefgh":
            self.assertNotIn(letter, code)
        self.assertIn("1'000;", code)

    def test_functions_are_found_whole(self):
        code = "namespace a {\nint b(int c)\n{\n    if (c)\n    {\n    }\n    return 1;\n}\nclass d\n{\n    int e() { return 2; }\n};\n}\n"
        found = [code[start:end + 1] for start, _, end in cpp_text.functions(code)]
        self.assertEqual(len(found), 2)
        self.assertTrue(found[0].startswith("int b(") and found[0].endswith("}"))
        self.assertTrue(found[1].startswith("int e()"))


if __name__ == "__main__":
    unittest.main()
