"""Reads files with another library and says so: peer.py LIBRARY, names of files on standard input; a line of JSON for each.

One process for all files, as on our side: starting Python does not count.
"""
import json
import sys
import time


def kreuzberg():
    from kreuzberg import extract_file_sync

    return lambda file: extract_file_sync(file).content


def pypdfium2():
    import pypdfium2

    def read(file):
        document = pypdfium2.PdfDocument(file)
        return "\n".join(page.get_textpage().get_text_range() for page in document)

    return read


def mailbox():
    import email.policy
    import mailbox

    def read(file):
        box = mailbox.mbox(file, create=False, factory=lambda f: email.message_from_binary_file(f, policy=email.policy.default))
        words = []
        for message in box:
            words.append(str(message["subject"]))
            for part in message.walk():
                if part.get_content_type() == "text/plain":
                    words.append(part.get_content())
        return "\n".join(words)

    return read


try:
    read = {"kreuzberg": kreuzberg, "pypdfium2": pypdfium2, "mailbox": mailbox}[sys.argv[1]]()
except ImportError:
    sys.exit(3)
for line in sys.stdin:
    file = line.rstrip("\n")
    since = time.perf_counter()
    try:
        text, error = read(file), None
    except BaseException as failed:  # a panic of a native library comes as one
        if isinstance(failed, KeyboardInterrupt):
            raise
        text, error = "", type(failed).__name__
    print(json.dumps({"file": file, "seconds": time.perf_counter() - since, "text": text, "error": error}), flush=True)
